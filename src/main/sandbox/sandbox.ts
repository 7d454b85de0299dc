import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { Child, ForkChild } from '../base/child.ts'
import type { Clock } from '../base/clock.ts'
import { sandboxCredentials } from './exotel/account.ts'
import { sandboxCredentials as jframeworkCredentials } from './jframework/account.ts'
import { sandboxCredentials as ocambaCredentials } from './ocamba/account.ts'
import { sandboxCredentials as opentactCredentials } from './opentact/account.ts'
import { send } from './request.ts'
import { isAnswering, isRecord, isSystemError, readRunning } from './running.ts'
import { startChild } from './start-child.ts'
import { sandboxCredentials as textMarksCredentials } from './textmarks/account.ts'

export type SandboxCredentials = {
  fields: Record<string, string>
  secrets: Record<string, string>
  /** Where profiles cannot be listed: the name of the one to begin with. */
  adopt?: string
}

export type SandboxCall = { to: string; direction?: 'outbound' | 'inbound' }

/** One try to hand an event to a URL; status: null when no answer came. */
export type SandboxDelivery = { url: string; status: number | null; error?: string }

export type Sandbox = {
  providers: string[]
  /**
   * Starts the provider's simulator unless one answers for this data folder already, also another process's.
   * in: port: an explicit one for the start; it does not move a simulator that answers already. out: its base URL.
   * faults: not-found (no such simulator), port-taken, port-forbidden, store-read-only, unreachable.
   */
  ensure(provider: string, port?: number): Promise<string>
  /** Whether a simulator of this data folder answers now. out: url: also when it was started by another process. */
  status(provider: string): Promise<{ running: boolean; url: string | null }>
  /** The test credentials by form field name. faults: not-found. */
  credentials(provider: string): SandboxCredentials
  /** Makes the simulated provider handle a call and tell the configured URLs. out: every try, after the last one. */
  placeCall(provider: string, call: SandboxCall): Promise<{ deliveries: SandboxDelivery[] }>
  /** What the simulator holds: settings, request log, counters, switches, faults. */
  state(provider: string): Promise<unknown>
  /** Ends the simulators that this process started. */
  close(): Promise<void>
}

const credentialsByProvider: Record<string, SandboxCredentials> = {
  exotel: sandboxCredentials,
  ocamba: ocambaCredentials,
  jframework: jframeworkCredentials,
  opentact: opentactCredentials,
  textmarks: textMarksCredentials
}

const readTimeoutMs = 10_000
/** Two events, each with three tries of 15 s and the waits between them. */
const callTimeoutMs = 120_000

/** The launcher of the simulators. in: entry: the simulators' program; port: an explicit one, else the last or any. */
export function createSandbox(options: {
  dataDir: string
  fork: ForkChild
  entry: string
  clock: Clock
  port?: number
}): Sandbox {
  const folder = join(options.dataDir, 'sandbox')
  const children = new Set<Child>()
  const starting = new Map<string, Promise<string>>()

  function credentials(provider: string): SandboxCredentials {
    const found = Object.hasOwn(credentialsByProvider, provider) ? credentialsByProvider[provider] : undefined
    if (!found) throw new Fault('not-found', { message: `There is no sandbox for the provider "${provider}"` })
    return found
  }

  async function findRunning(provider: string): Promise<string | undefined> {
    const running = await readRunning(runningFile(provider))
    return running && (await isAnswering(running, provider)) ? running.url : undefined
  }

  function runningFile(provider: string): string {
    return join(folder, `${provider}.running.json`)
  }

  async function findOrStart(provider: string, port = options.port): Promise<string> {
    const found = await findRunning(provider)
    if (found !== undefined) return found
    await makeFolder(folder)
    const outcome = await startChild({ ...options, children, args: await argumentsFor(provider, port) })
    if ('ready' in outcome) return outcome.ready.url
    // Another process was faster: its simulator serves this data folder too.
    const others = outcome.failed.code === 'running-already' ? await findRunning(provider) : undefined
    if (others !== undefined) return others
    throw faultFor(outcome.failed, port)
  }

  async function argumentsFor(provider: string, port: number | undefined): Promise<string[]> {
    const files = ['--state', join(folder, `${provider}.json`), '--running', runningFile(provider)]
    if (port) return ['--provider', provider, '--port', String(port), ...files]
    const last = await readRunning(runningFile(provider))
    const preferred = last ? ['--prefer-port', new URL(last.url).port] : []
    return ['--provider', provider, '--port', '0', ...preferred, ...files]
  }

  async function ensure(provider: string, port?: number): Promise<string> {
    credentials(provider)
    const pending = starting.get(provider)
    if (pending) return pending
    const started = findOrStart(provider, port).finally(() => starting.delete(provider))
    starting.set(provider, started)
    return started
  }

  async function control(
    provider: string,
    request: { method: string; path: string; body?: unknown; timeoutMs: number }
  ) {
    const url = `${await ensure(provider)}/__sandbox/${request.path}`
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    const { status, text } = await send({ ...request, url, body }).catch((error: Error) => {
      throw new Fault('unreachable', { message: `The sandbox did not answer: ${error.message}`, cause: error })
    })
    const answer: unknown = JSON.parse(text)
    if (status === 200) return answer
    throw new Fault(status === 400 ? 'invalid-input' : 'protocol', {
      message: `The sandbox refused it: ${isRecord(answer) ? String(answer.error) : status}`
    })
  }

  return {
    providers: Object.keys(credentialsByProvider),
    ensure,
    credentials,
    async status(provider) {
      credentials(provider)
      const url = await findRunning(provider)
      return { running: url !== undefined, url: url ?? null }
    },
    async placeCall(provider, call) {
      const answer = await control(provider, { method: 'POST', path: 'calls', body: call, timeoutMs: callTimeoutMs })
      return answer as { deliveries: SandboxDelivery[] }
    },
    state: provider => control(provider, { method: 'GET', path: 'state', timeoutMs: readTimeoutMs }),
    async close() {
      await Promise.allSettled(starting.values())
      await Promise.all(Array.from(children, child => child.stop()))
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw isSystemError(error) ? new Fault('store-read-only', { cause: error }) : error
  }
}

function faultFor({ code, message }: { code: string; message: string }, port: number | undefined): Fault {
  if (code === 'port-taken' && port) {
    return new Fault('port-taken', {
      message: `Port ${port} is used by another program, so the sandbox cannot start there`
    })
  }
  if (code === 'port-forbidden') return new Fault('port-forbidden')
  if (code === 'state-read-only') return new Fault('store-read-only')
  return new Fault('unreachable', {
    message: `The sandbox did not start: ${message}`,
    advice: 'Try again. If it stays, delete the folder "sandbox" in the data folder: it holds nothing but the sandbox.'
  })
}
