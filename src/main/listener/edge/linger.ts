import type { IncomingMessage } from 'node:http'

/**
 * Reads and drops what a refused sender still sends, then calls `done`: closing at once would reset the connection, and
 * the sender would see the reset instead of the answer. Bounded in time and bytes.
 */
export function linger(
  request: IncomingMessage,
  limits: { lingerMs: number; lingerBytes: number },
  done: () => void
): void {
  if (request.complete || !hasBody(request)) return done()
  let left = limits.lingerBytes
  const finish = () => {
    clearTimeout(timer)
    request.off('data', drop).off('end', finish).off('close', finish)
    done()
  }
  const drop = (chunk: Buffer) => {
    left -= chunk.byteLength
    if (left < 0) finish()
  }
  const timer = setTimeout(finish, limits.lingerMs)
  request.on('data', drop).on('end', finish).on('close', finish)
  request.resume()
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
}
