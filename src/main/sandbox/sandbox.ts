import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { SandboxDelivery, SandboxStatus } from '#shared/model/app.ts'
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

/** `to`: one of the account's numbers; without it a number that somebody listens to. */
export type SandboxText = { from: string; text: string; to?: string }

/** What the simulators can be made to do on their own. `phone`: an example of a text and what else can be texted. */
export type SandboxAbilities = { calls: boolean; phone: SandboxStatus['phone'] }

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
  /** faults: not-found. */
  abilities(provider: string): SandboxAbilities
  /**
   * Makes the simulated provider handle a call and tell the configured URLs. out: every try, after the last one.
   * faults: unsupported (it handles no calls), invalid-input.
   */
  placeCall(provider: string, call: SandboxCall): Promise<{ deliveries: SandboxDelivery[] }>
  /**
   * A phone texts to the simulated provider, which calls the configured URLs. out: the SMS that the phone got, and every
   * try. faults: unsupported (nobody can text to it), invalid-input.
   */
  sendText(provider: string, text: SandboxText): Promise<{ replies: string[]; deliveries: SandboxDelivery[] }>
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

const nothing: SandboxAbilities = { calls: false, phone: null }
const abilitiesByProvider: Record<string, SandboxAbilities> = {
  exotel: { ...nothing, calls: true },
  textmarks: {
    ...nothing,
    phone: {
      example: 'PLUGDEMO hello',
      help: 'A keyword and what stands after it; or STOP, HELP, SUB KEYWORD, UNSUB KEYWORD.'
    }
  },
  opentact: {
    ...nothing,
    phone: { example: 'Is my order on its way?', help: 'Any text. It goes to a number of a messaging profile.' }
  }
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

  function abilities(provider: string): SandboxAbilities {
    credentials(provider)
    return abilitiesByProvider[provider] ?? nothing
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
    abilities,
    async placeCall(provider, call) {
      if (!abilities(provider).calls) throw unable(provider, 'places no calls')
      const answer = await control(provider, { method: 'POST', path: 'calls', body: call, timeoutMs: callTimeoutMs })
      return answer as { deliveries: SandboxDelivery[] }
    },
    async sendText(provider, text) {
      if (!abilities(provider).phone) throw unable(provider, 'takes no texts')
      const answer = await control(provider, { method: 'POST', path: 'phone', body: text, timeoutMs: callTimeoutMs })
      const { sms, deliveries } = answer as { sms: string[]; deliveries: SandboxDelivery[] }
      return { replies: sms, deliveries }
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

function unable(provider: string, words: string): Fault {
  return new Fault('unsupported', { message: `The sandbox of "${provider}" ${words}` })
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
