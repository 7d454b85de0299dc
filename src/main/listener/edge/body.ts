import type { IncomingMessage } from 'node:http'
import type { Reading } from './capture.ts'

/** Bytes of all bodies in memory; one for the whole listener. */
export type Budget = { bytes: number }

/** `gone`: the sender went away before the end. `crowded`: too many bytes of all senders together. */
export type ReadBody = (Reading & { state: 'read' }) | { state: 'gone' } | { state: 'crowded' }

/**
 * Reads the raw body up to the limit; what is over it stays unread. The bytes are counted in the budget until `release`.
 * Never rejects.
 */
export function readBody(
  request: IncomingMessage,
  limits: { bodyBytes: number; bytesInFlight: number },
  budget: Budget
): { done: Promise<ReadBody>; release(): void } {
  const chunks: Uint8Array[] = []
  let size = 0
  const done = new Promise<ReadBody>(resolve => {
    const settle = (result: ReadBody) => {
      if (result.state !== 'gone' && !request.complete) request.pause()
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      const kept = chunk.subarray(0, limits.bodyBytes - size)
      chunks.push(kept)
      size += kept.length
      budget.bytes += kept.length
      if (kept.length < chunk.length) return settle({ state: 'read', body: join(chunks), truncated: true })
      if (budget.bytes > limits.bytesInFlight) settle({ state: 'crowded' })
    }
    const onEnd = () => settle({ state: 'read', body: join(chunks), truncated: false })
    const onClose = () => settle({ state: 'gone' })
    request.on('data', onData).on('end', onEnd).on('close', onClose)
    // An aborted request also says so as an error; `close` follows and settles.
    request.on('error', () => {})
  })
  return {
    done,
    release() {
      budget.bytes -= size
      size = 0
    }
  }
}

function join(chunks: Uint8Array[]): Uint8Array {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}
