import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The answers that a connection still owes. One for each server. */
export type OpenAnswers = {
  opened(response: ServerResponse): void
  on(socket: Duplex): ServerResponse[]
  /** How many bytes had come on it when its last answer was out. */
  bytesBefore(socket: Socket): number
}

export function createOpenAnswers(): OpenAnswers {
  const open = new Set<ServerResponse>()
  const bytes = new WeakMap<Socket, number>()
  return {
    opened(response) {
      const { socket } = response.req
      open.add(response)
      response.once('close', () => {
        open.delete(response)
        bytes.set(socket, socket.bytesRead)
      })
    },
    on: socket => [...open].filter(response => response.req.socket === socket),
    bytesBefore: socket => bytes.get(socket) ?? 0
  }
}

/** What Node says of bytes that are no request. `bytesParsed`: how many of the packet came before the mistake. */
export type ParseError = Error & { code?: string; rawPacket?: Buffer; bytesParsed?: number }

/**
 * Ends a connection on which something came that is not a request. Requests that came whole before it on the same
 * connection get their answers first, so that the refusal is never taken for theirs. To be called once a connection.
 */
export async function turnAway(
  problem: ParseError,
  socket: Duplex,
  answers: OpenAnswers,
  lingerMs: number
): Promise<void> {
  const owed = await afterOwed(socket, answers)
  const isAnswered = owed.some(response => !response.req.complete && response.headersSent)
  // 0x16 opens a TLS handshake: whoever speaks that cannot read our answer.
  if (problem.code === 'ECONNRESET' || !socket.writable || isAnswered || problem.rawPacket?.[0] === 0x16) {
    socket.destroy()
    return
  }
  socket.write(refusalText(statusOf(problem)))
  hangUp(socket, lingerMs)
}

/** Waits until the answers to what came whole before are out. out: those that were owed. */
export async function afterOwed(socket: Duplex, answers: OpenAnswers): Promise<ServerResponse[]> {
  const owed = answers.on(socket)
  await Promise.all(owed.filter(response => response.req.complete).map(closed))
  return owed
}

/** Ends a connection behind its last answer. */
export function hangUp(socket: Duplex, lingerMs: number): void {
  socket.end()
  // Closing at once would reset the connection before the sender has read the answer.
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('end', () => socket.destroy()).once('close', () => clearTimeout(timer))
}

function refusalText(status: number): string {
  const reason = STATUS_CODES[status] ?? 'Refused'
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${reason.length}`
  ]
  return `${head.join('\r\n')}\r\n\r\n${reason}`
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    if (response.closed) resolve()
    else response.once('close', resolve)
  })
}

function statusOf(error: ParseError): number {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 431
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}
