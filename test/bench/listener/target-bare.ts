/** The yardstick: a bare node:http server that reads the body, stores nothing and answers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerOrders } from './orders.ts'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    response.writeHead(200, ['Content-Length', '0'])
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => {
  answerOrders(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, {})
})
