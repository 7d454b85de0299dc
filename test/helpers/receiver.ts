import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'

/** A request as its bytes came, head and body apart; strings are one character a byte. */
export type Raw = { line: string; headers: string[]; body: string }

export type Receiver = {
  url: string
  port: number
  requests: Raw[]
  /** What it answers, by how many requests came before: raw bytes, `hang` or `reset`. */
  answer: (before: number) => string | Buffer
  close(): Promise<void>
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: Yes\r\nx-seen: twice\r\n\r\nok'

/** Servers of one test file that keep what they get byte for byte; gone when their test ends. */
export function receivers(): (answer?: Receiver['answer'], port?: number) => Promise<Receiver> {
  const open: Receiver[] = []
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })
  return async (answer = () => ok, port = 0) => {
    const receiver = await startReceiver(answer, port)
    open.push(receiver)
    return receiver
  }
}

async function startReceiver(answer: Receiver['answer'], wanted: number): Promise<Receiver> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let rest = Buffer.alloc(0)
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      for (let cut = cutRequest(rest); cut; cut = cutRequest(rest)) {
        rest = Buffer.from(cut.rest)
        const before = receiver.requests.push(cut.raw) - 1
        give(socket, receiver.answer(before))
      }
    })
  })
  await new Promise<void>(resolve => server.listen(wanted, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: [],
    answer,
    close: () => closeAll(server, sockets)
  }
  return receiver
}

function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const each of sockets) each.destroy()
  return new Promise(resolve => server.close(() => resolve()))
}

function give(socket: Socket, answer: string | Buffer): void {
  if (answer === 'hang') return
  if (answer === 'reset') return void socket.resetAndDestroy()
  socket.write(typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer)
}

function cutRequest(bytes: Buffer): { raw: Raw; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...headers] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const after = bytes.subarray(end + 4)
  const length = lengthOf(headers, after)
  if (length === undefined || after.length < length) return undefined
  const body = after.subarray(0, length).toString('latin1')
  return { raw: { line, headers, body }, rest: after.subarray(length) }
}

/** Of the framed body: to the blank line after the last chunk and the trailers, where it comes in chunks. */
function lengthOf(headers: string[], after: Buffer): number | undefined {
  if (!headers.some(each => /^transfer-encoding:.*chunked/i.test(each)))
    return Number(headers.find(each => /^content-length:/i.test(each))?.split(':')[1] ?? 0)
  const last = /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(after.toString('latin1'))
  return last ? last.index + last[0].length : undefined
}
