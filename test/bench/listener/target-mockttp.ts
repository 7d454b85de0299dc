/** mockttp, which keeps each request in memory for its tests. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { answerOrders } from './orders.ts'

type Mockttp = {
  start(): Promise<void>
  port: number
  forPost(path: string): { thenReply(status: number): Promise<unknown> }
}

const load = createRequire(join(import.meta.dirname, 'peers/package.json'))
const { getLocal } = load('mockttp') as { getLocal: () => Mockttp }
const server = getLocal()
await server.start()
await server.forPost('/hook').thenReply(200)
answerOrders(`http://127.0.0.1:${server.port}/hook`, {})
