import { connect } from 'node:net'

export type RawAnswer = { status: number; head: string; body: string }

/** A bare connection: what is sent is exactly what is given. */
export type RawConnection = {
  send(bytes: string | Uint8Array): void
  /** The next answer; rejects when the connection ends before it is whole. */
  answer(): Promise<RawAnswer>
  /** Resolves when the other side has closed. out: all that was not read as an answer. */
  closed(): Promise<string>
  /** Ends our half. */
  end(): void
  destroy(): void
}

/** Strings are sent one byte a character (latin1). */
export async function openRaw(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
  let rest: Buffer = Buffer.alloc(0)
  const state = { isOver: false }
  let wakes: (() => void)[] = []
  const wake = () => {
    const woken = wakes
    wakes = []
    for (const each of woken) each()
  }
  socket.on('data', chunk => {
    rest = Buffer.concat([rest, chunk])
    wake()
  })
  const over = () => {
    state.isOver = true
    wake()
  }
  socket.on('end', over).on('close', over).on('error', over)
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  const something = () => new Promise<void>(resolve => wakes.push(resolve))

  return {
    send: bytes => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    async answer() {
      for (;;) {
        const found = cutAnswer(rest)
        if (found) {
          rest = found.rest
          return found.answer
        }
        if (state.isOver)
          throw new Error(`the connection ended with ${rest.length} bytes of an answer: ${rest.toString('latin1')}`)
        await something()
      }
    },
    async closed() {
      while (!state.isOver) await something()
      socket.destroy()
      return rest.toString('latin1')
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy()
  }
}

function cutAnswer(bytes: Buffer): { answer: RawAnswer; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.subarray(0, end).toString('latin1')
  const bodyEnd = end + 4 + Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0)
  if (bytes.length < bodyEnd) return undefined
  const answer = { status: Number(head.slice(9, 12)), head, body: bytes.subarray(end + 4, bodyEnd).toString('latin1') }
  return { answer, rest: bytes.subarray(bodyEnd) }
}

/** A whole request with a right length. */
export function rawPost(port: number, target: string, body: string | Uint8Array = '', headers: string[] = []): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  const head = [`POST ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, `Content-Length: ${bytes.byteLength}`]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
}

/** Sends on a connection of its own. out: the answer. */
export async function ask(port: number, bytes: string | Uint8Array, host?: string): Promise<RawAnswer> {
  const connection = await openRaw(port, host)
  try {
    connection.send(bytes)
    return await connection.answer()
  } finally {
    connection.destroy()
  }
}
