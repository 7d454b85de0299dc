/** What the disk allows: as the bare server, but each answer waits until its bytes are on the disk, appended to a file, a group at a time. */
import { createServer } from 'node:http'
import { fdatasyncSync, openSync, writevSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answerOrders } from './orders.ts'

const file = openSync(join(process.argv[2] ?? '', 'append.bin'), 'a')
let waiting: { bytes: Buffer[]; answer: () => void }[] = []

function flush(): void {
  const group = waiting
  waiting = []
  writevSync(
    file,
    group.flatMap(each => each.bytes)
  )
  fdatasyncSync(file)
  for (const each of group) each.answer()
}

const server = createServer((request, response) => {
  const bytes: Buffer[] = []
  request.on('data', (chunk: Buffer) => bytes.push(chunk))
  request.on('end', () => {
    if (waiting.length === 0) setImmediate(flush)
    const answer = () => {
      response.writeHead(200, ['Content-Length', '0'])
      response.end()
    }
    waiting.push({ bytes, answer })
  })
})
server.listen(0, '127.0.0.1', () => {
  answerOrders(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, {})
})
