import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { HeaderPair } from '#shared/model/callback.ts'
import { pairs } from '../edge/capture.ts'
import type { Outgoing } from './outgoing.ts'
import { sendFault, TimeUp } from './send-fault.ts'
import { partsOf } from './target-url.ts'

/** `truncated`: there was more, or it broke off. */
export type Received = { status: number; headers: HeaderPair[]; body: Uint8Array; truncated: boolean }

export type SendLimits = {
  connectMs: number
  /** From the beginning to the end of the answer. */
  answerMs: number
  /** Of the answer's body that are kept. */
  keptBytes: number
  /** Of the answer's body that are read at all; then the connection is closed. */
  readBytes: number
}

export const defaultSendLimits: SendLimits = {
  connectMs: 5_000,
  answerMs: 30_000,
  keptBytes: 64 * 1024,
  readBytes: 10 * 1024 * 1024
}

type Way = { limits: SendLimits; signal?: AbortSignal; agent?: http.Agent; socket?: Socket }

/** An agent for one target: its connections are used again and are nobody else's. */
export function createAgent(url: string, connections: number): http.Agent {
  // A connection that nobody uses is closed before most servers would close it under a request.
  const options = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections, timeout: 2_000 }
  return url.startsWith('https:') ? new https.Agent(options) : new http.Agent(options)
}

/**
 * Sends exactly what is given and follows no redirect. Without an agent or a socket it takes a connection of its own.
 * out: the answer, whatever its status. faults: unreachable, untrusted, timeout, outcome-unknown, protocol, invalid-input,
 * cancelled.
 */
export async function send(outgoing: Outgoing, way: Way): Promise<Received> {
  const first = await sendOnce(outgoing, way)
  if (!('problem' in first)) return first
  // The server closed a connection that was used again, most likely before it saw the request.
  if (!first.isStale) throw sendFault(first.problem, outgoing.url)
  const second = await sendOnce(outgoing, { ...way, agent: undefined })
  if (!('problem' in second)) return second
  throw sendFault(second.problem, outgoing.url)
}

function sendOnce(outgoing: Outgoing, way: Way): Promise<Received | { problem: unknown; isStale: boolean }> {
  const { limits, signal } = way
  return new Promise(resolve => {
    let request: http.ClientRequest
    try {
      request = open(outgoing, way)
    } catch (problem) {
      // Node refuses to write it: a header or a method that no strict parser would take.
      way.socket?.destroy()
      return resolve({ problem, isStale: false })
    }
    let isConnected = false
    const connected = () => {
      isConnected = true
      clearTimeout(connecting)
    }
    const connecting = setTimeout(() => request.destroy(new TimeUp(false)), limits.connectMs)
    const answering = setTimeout(() => request.destroy(new TimeUp(isConnected)), limits.answerMs)
    const cancel = () => void request.destroy(new Fault('cancelled', { message: 'It was given up.' }))
    const settle = (result: Received | { problem: unknown; isStale: boolean }) => {
      clearTimeout(connecting)
      clearTimeout(answering)
      signal?.removeEventListener('abort', cancel)
      resolve(result)
    }
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    request.on('socket', socket => {
      if (!socket.connecting && request.reusedSocket) connected()
      else if (way.socket) connected()
      else socket.once(outgoing.url.startsWith('https:') ? 'secureConnect' : 'connect', connected)
    })
    request.on('response', response => void readAnswer(response, limits).then(settle))
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      settle({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders), body: noBytes, truncated: true })
    })
    request.on('error', problem => settle({ problem, isStale: request.reusedSocket && isBroken(problem) }))
    if (outgoing.trailers.length > 0) request.addTrailers(outgoing.trailers)
    request.end(outgoing.body)
  })
}

function open(outgoing: Outgoing, { agent, socket }: Way): http.ClientRequest {
  const { url, target } = partsOf(outgoing.url)
  const isSafe = url.protocol === 'https:'
  return (isSafe ? https : http).request({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (isSafe ? 443 : 80),
    path: target,
    method: outgoing.method,
    headers: outgoing.headers.flat(),
    // Every header is the sender's or ours; Node adds none.
    setDefaultHeaders: false,
    insecureHTTPParser: false,
    maxHeaderSize: 64 * 1024,
    agent: socket ? undefined : (agent ?? false),
    ...(socket && { createConnection: () => socket })
  })
}

const noBytes = new Uint8Array()

/** Never rejects: the status counts once it is here. */
function readAnswer(response: http.IncomingMessage, limits: SendLimits): Promise<Received> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let kept = 0
    let read = 0
    response.on('data', (chunk: Buffer) => {
      read += chunk.length
      const part = chunk.subarray(0, limits.keptBytes - kept)
      kept += part.length
      if (part.length > 0) chunks.push(part)
      if (read > limits.readBytes) response.destroy()
    })
    response.on('error', () => {})
    response.once('close', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: pairs(response.rawHeaders),
        body: Buffer.concat(chunks),
        truncated: read > kept || !response.complete
      })
    )
  })
}

function isBroken(problem: Error): boolean {
  return 'code' in problem && (problem.code === 'ECONNRESET' || problem.code === 'EPIPE')
}
