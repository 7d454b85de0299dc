import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { RuleAnswer } from '#shared/model/rule.ts'

type FaultKind = Extract<RuleAnswer, { type: 'fault' }>['fault']

/** What a sender gets. `fault` null: an answer as it should be. */
export type Reply = { status: number; headers: HeaderPair[]; body: string; delayMs: number; fault: FaultKind | null }

export type Giving = {
  /** How long a sender hangs, and how long a body drips. */
  limits: { idleTimeoutMs: number }
  /** Aborted when the listener stops: what is delayed goes out at once, what hangs or drips is closed. */
  stopping: AbortSignal
}

/** Between two pieces of a body that drips. */
const dripMs = 50

/**
 * Gives the sender its reply, late or not whole where the reply says so. To be called once the row is durable. Keeps to the
 * connection's order: a fault waits until the answers before it are out. Ends when the reply is out or the sender gone.
 */
export async function giveReply(response: ServerResponse, reply: Reply, { limits, stopping }: Giving): Promise<void> {
  await pause(reply.delayMs, response, stopping)
  if (response.destroyed) return
  if (reply.fault === null) return sendWhole(response, reply, stopping.aborted)
  const socket = await itsTurn(response)
  if (!socket) return
  if (reply.fault === 'reset') reset(socket)
  else if (reply.fault === 'hang') await hang(response, socket, { limits, stopping })
  else if (reply.fault === 'cut') cut(response, socket, reply)
  else await drip(response, socket, reply, { limits, stopping })
}

function sendWhole(response: ServerResponse, reply: Reply, last: boolean): void {
  if (last) response.shouldKeepAlive = false
  const bodiless = reply.status === 204 || reply.status === 304
  const body = bodiless || reply.status === 205 ? '' : reply.body
  const headers = reply.headers.flat()
  if (!bodiless) headers.push('Content-Length', String(Buffer.byteLength(body)))
  response.writeHead(reply.status, headers)
  // What is one text goes out with its head in one piece.
  response.end(body === '' ? undefined : body)
}

/** TLS has no reset, the connection that carries it has. Node keeps that one as `_parent`, which is not in its types. */
function reset(socket: Socket): void {
  const carrier: unknown = socket instanceof TLSSocket ? Reflect.get(socket, '_parent') : socket
  if (carrier instanceof Socket) carrier.resetAndDestroy()
  else socket.resetAndDestroy()
}

async function hang(response: ServerResponse, socket: Socket, { limits, stopping }: Giving): Promise<void> {
  await pause(limits.idleTimeoutMs, response, stopping)
  socket.destroy()
}

function cut(response: ServerResponse, socket: Socket, reply: Reply): void {
  const body = Buffer.from(reply.body)
  response.shouldKeepAlive = false
  response.writeHead(reply.status, [...reply.headers.flat(), ...lengthOf(body)])
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => socket.destroySoon())
}

/** Byte by byte, or in as large pieces as it takes to come to the end before the idle limit. */
async function drip(response: ServerResponse, socket: Socket, reply: Reply, giving: Giving): Promise<void> {
  const body = Buffer.from(reply.body)
  const steps = Math.max(1, Math.floor(giving.limits.idleTimeoutMs / dripMs))
  const size = Math.max(1, Math.ceil(body.byteLength / steps))
  response.writeHead(reply.status, [...reply.headers.flat(), ...lengthOf(body)])
  response.flushHeaders()
  for (let at = 0; at < body.byteLength; at += size) {
    await pause(dripMs, response, giving.stopping)
    if (giving.stopping.aborted) socket.destroy()
    if (response.destroyed || socket.destroyed) return
    response.write(body.subarray(at, at + size))
  }
  response.end()
}

function lengthOf(body: Uint8Array): string[] {
  return ['Content-Length', String(body.byteLength)]
}

/** Waits until the answers before it on its connection are out. out: undefined where the connection went first. */
function itsTurn(response: ServerResponse): Promise<Socket | undefined> {
  if (response.socket) return Promise.resolve(response.socket)
  return new Promise(resolve => {
    const settle = () => {
      response.off('socket', settle).off('close', settle)
      resolve(response.socket ?? undefined)
    }
    response.on('socket', settle).on('close', settle)
  })
}

/** Resolves after the time, when the sender is gone or when the listener stops. */
function pause(ms: number, response: ServerResponse, stopping: AbortSignal): Promise<void> {
  if (ms === 0 || stopping.aborted || response.destroyed) return Promise.resolve()
  return new Promise(resolve => {
    const settle = () => {
      clearTimeout(timer)
      response.off('close', settle)
      stopping.removeEventListener('abort', settle)
      resolve()
    }
    const timer = setTimeout(settle, ms)
    response.on('close', settle)
    stopping.addEventListener('abort', settle)
  })
}
