import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { sandboxAccount } from '../../src/main/sandbox/exotel/account.ts'
import { startSimulatorProcess } from '../helpers/simulator.ts'

/** The simulators' program, as it stands in the source. */
export const sandboxEntry = fileURLToPath(new URL('../../src/main/sandbox/main.ts', import.meta.url))

export type Envelope = { RequestId: string; Status: string; Code: number; Error: string; Data?: unknown }
export type Got = { status: number; headers: Headers; text: string; envelope: Envelope }

type Sent = { headers?: Record<string, string>; body?: unknown; token?: string; raw?: string }

/** A simulator in its own process, ended with the test. */
export async function startSimulator(args: string[] = []) {
  const { child, url } = await startSimulatorProcess(['--provider', 'exotel', ...args])
  onTestFinished(() => child.stop())

  async function api(method: string, path: string, sent: Sent = {}): Promise<Got> {
    const hasBody = sent.body !== undefined || sent.raw !== undefined
    const response = await fetch(`${url}/v2/integrations/${path}`, {
      method,
      headers: {
        ...(hasBody && { 'content-type': 'application/json' }),
        ...(sent.token !== undefined && { authorization: sent.token }),
        ...sent.headers
      },
      body: sent.raw ?? (hasBody ? JSON.stringify(sent.body) : undefined),
      signal: AbortSignal.timeout(10_000)
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, envelope: parseOrEmpty(text) }
  }

  async function control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/__sandbox/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body)
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  async function token(): Promise<string> {
    const got = await api('POST', 'token', { body: appLogin })
    return String(got.envelope.Data)
  }

  return { url, pid: child.pid ?? 0, child, api, control, token }
}

export type SimulatorUnderTest = Awaited<ReturnType<typeof startSimulator>>

export type SandboxState = {
  settings: { Key: string; Value: string }[]
  log: { method: string; path: string; key?: string; status: number | null; fault?: string }[]
  counters: { requests: Record<string, number>; changes: Record<string, number>; tokens: number }
}

export type Deliveries = {
  callSid: string
  deliveries: { event: string; url: string; attempt: number; status: number | null; error?: string }[]
}

export const appLogin = { Id: sandboxAccount.appId, Secret: sandboxAccount.appSecret, Entity: 'app' }
export const customerLogin = {
  Id: sandboxAccount.customerId,
  Secret: sandboxAccount.customerSecret,
  Entity: 'customer'
}

export type Caught = { method: string; path: string; contentType: string; body: string }

/** A server that keeps what it gets and answers with the statuses in turn, the last one again and again; 0 is silence. */
export async function startReceiver(statuses = [200]) {
  const caught: Caught[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      caught.push({
        method: request.method ?? '',
        path: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        body: Buffer.concat(chunks).toString('utf8')
      })
      const status = statuses[Math.min(caught.length, statuses.length) - 1] ?? 200
      if (status !== 0) response.writeHead(status, { connection: 'close' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { caught, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A folder that is gone after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-sandbox-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await holds()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it did not come true in time')
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function parseOrEmpty(text: string): Envelope {
  try {
    return JSON.parse(text) as Envelope
  } catch {
    return { RequestId: '', Status: '', Code: 0, Error: '' }
  }
}
