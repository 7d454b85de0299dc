import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export type Outgoing = {
  url: string
  method: string
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
}

export type Incoming = { status: number; text: string }

const answerLimitBytes = 4 * 1024 * 1024

/**
 * Sends one request, follows nothing, and uses no proxy: what the simulators talk to is on this computer.
 * faults: plain errors with a short sentence (no answer in time, connection refused, not a URL).
 */
export function send({ url, method, headers, body, timeoutMs }: Outgoing): Promise<Incoming> {
  const start = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const fail = (error: Error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`, { cause: error }) : error)
    const outgoing = start(url, { method, headers, signal, agent: false }, incoming => {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      incoming.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > answerLimitBytes) incoming.destroy(new Error('the answer is too large'))
        chunks.push(chunk)
      })
      incoming.on('error', fail)
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
      )
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}
