import { Fault } from '#shared/faults.ts'
import type { CallbackSummary, DecodedCallback, Endpoint } from '#shared/model/callback.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Judgement, Provider } from '../../providers/contract.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import type { CallbackStore, NewCallback, Store } from '../../store/store.ts'
import { summaryOf } from '../edge/capture.ts'
import { judgeCallback } from './check.ts'
import { readSampleKeys } from '../elsewhere.ts'
import type { LookedAt } from '../send/forward.ts'
import type { LateAnswer, LateAnswers } from '../rules/late.ts'

export type LookDeps = {
  store: Pick<Store, 'together' | 'profiles' | 'endpoints' | 'options'> & { callbacks: CallbackStore }
  registry: { get(id: string): Provider }
  secretsFor: (accountId: string) => Promise<Record<string, string>>
  /** The key that was entered for an endpoint's scheme. */
  keyFor: (endpointId: string) => Promise<string | undefined>
  /** Of Plugboard's own samples. */
  samples: KeyPair
  /** Of the https edge; null while there is none. */
  httpsPort?: () => number | null
  tell(summary: CallbackSummary): void
  onBug: (error: unknown) => void
  /** Waits before the next looks, at least for the next turn. in: what the last ones took. */
  rest(tookMs: number): Promise<void>
  /** Which row is being looked at, and 0 after it: what is known of it if it ends the thread. */
  looking?: (id: number) => void
  /** The answers of senders that wait for what the look says. */
  late: Pick<LateAnswers, 'looked' | 'wanted'>
  /** `note`: in the transaction that writes the looks. `wake`: after it. */
  forwards: { note(looked: LookedAt[]): void; wake(): void }
}

export type Looker = {
  /** There may be rows to look at. */
  wake(): void
  /** Does not wait for a vault that is asking somebody; the rows in hand are looked at after the next start. */
  stop(): Promise<void>
}

const rowsAtOnce = 20
const retryAfterMs = 2_000

/**
 * Looks at rows after their answer: decodes, verifies, annotates. The queue is the store itself (rows without a look),
 * so that a flood takes no memory and a crash leaves nothing behind.
 */
export function createLooker(deps: LookDeps): Looker {
  let wanted = false
  const stop = new AbortController()
  let working: Promise<void> | null = null
  let retry: NodeJS.Timeout | undefined

  async function work(): Promise<void> {
    try {
      while (wanted && !stop.signal.aborted) {
        wanted = false
        for (let startedMs = performance.now(); !stop.signal.aborted; startedMs = performance.now()) {
          if (!(await lookAtSome(deps, stop.signal))) break
          await deps.rest(performance.now() - startedMs)
        }
      }
    } catch (error) {
      if (!(error instanceof Fault)) deps.onBug(error)
      retry = setTimeout(wake, retryAfterMs)
      retry.unref()
    } finally {
      working = null
    }
  }

  function wake(): void {
    wanted = true
    clearTimeout(retry)
    if (!stop.signal.aborted) working ??= endOfTurn().then(work)
  }

  return {
    wake,
    async stop() {
      stop.abort()
      clearTimeout(retry)
      await working
    }
  }
}

export type Look = Judgement & { decoded: DecodedCallback | null }

type JudgeDeps = Pick<LookDeps, 'registry' | 'secretsFor' | 'keyFor' | 'samples' | 'httpsPort' | 'onBug'> & {
  store: Pick<Store, 'profiles' | 'endpoints' | 'options'>
}

/** Decodes and judges callbacks that are not stored yet, those of a file. Nothing is written, told or sent on. out: in order. */
export async function lookAtUnstored(callbacks: NewCallback[], deps: JudgeDeps): Promise<Look[]> {
  const knowledge = knowledgeFor(deps, new AbortController().signal)
  const looks: Look[] = []
  for (const callback of callbacks) {
    looks.push(await lookAt(callback, deps, knowledge))
    if (looks.length % rowsAtOnce === 0) await endOfTurn()
  }
  return looks
}

/** Those that a sender waits for go first, however many others there are. */
function rowsToLookAt({ store, late }: LookDeps): number[] {
  const wanted = late.wanted().slice(0, rowsAtOnce)
  if (wanted.length === rowsAtOnce) return wanted
  return [...new Set([...wanted, ...store.callbacks.unannotated(rowsAtOnce - wanted.length)])]
}

/** Gathers and judges, then writes all looks in one transaction. out: whether there were any. */
async function lookAtSome(deps: LookDeps, signal: AbortSignal): Promise<boolean> {
  const ids = rowsToLookAt(deps)
  if (ids.length === 0) return false
  const knowledge = knowledgeFor(deps, signal)
  const looks: { id: number; look: Look; callback: NewCallback; late: LateAnswer | undefined }[] = []
  for (const id of ids) {
    const row = deps.store.callbacks.raw(id)
    if (!row) continue
    const { id: _id, ...callback } = row
    deps.looking?.(id)
    const look = await lookAt(callback, deps, knowledge)
    deps.looking?.(0)
    if (signal.aborted) return false
    looks.push({ id, look, callback, late: await deps.late.looked(id, look) })
  }
  deps.store.together(() => {
    for (const { id, look, late } of looks) {
      deps.store.callbacks.annotate(id, {
        verdict: look.verdict,
        verdictText: look.text,
        verdictDetails: look.details,
        decoded: look.decoded
      })
      const answer = late?.row()
      if (answer) deps.store.callbacks.answered(id, answer)
    }
    const looked = looks.map(({ id, look, callback, late }) => {
      return { id, callback: { ...callback, ...late?.row() }, verdict: look.verdict }
    })
    deps.forwards.note(looked)
  })
  deps.forwards.wake()
  for (const { id, look, callback, late } of looks) {
    const { verdict, text, decoded } = look
    const row = { ...callback, ...late?.row() }
    late?.give()
    deps.tell(summaryOf(id, row, { verdict, verdictText: text, decoded }))
  }
  return looks.length > 0
}

type Knowledge = {
  secretsOf: LookDeps['secretsFor']
  keyOf: LookDeps['keyFor']
  settingsOf: (accountId: string) => Settings[]
  endpointOf: (endpointId: string) => Endpoint | undefined
}

function knowledgeFor(deps: JudgeDeps, signal: AbortSignal): Knowledge {
  return {
    secretsOf: rememberAsked(deps.secretsFor, signal, {}),
    keyOf: rememberAsked(deps.keyFor, signal, undefined),
    settingsOf: rememberSettings(deps.store),
    endpointOf: rememberEndpoints(deps.store)
  }
}

async function lookAt(callback: NewCallback, deps: JudgeDeps, knowledge: Knowledge): Promise<Look> {
  if (callback.truncated)
    return unchecked('The body was longer than the listener keeps, so the signature cannot be checked.')
  try {
    const { method, target, headers, body, receivedMs, accountId, endpointId } = callback
    const captured = { method, target, headers, body, receivedMs }
    const provider = callback.provider === null ? undefined : deps.registry.get(callback.provider)
    const settings = () => (accountId === null ? [] : knowledge.settingsOf(accountId))
    const decoded = provider?.callbacks.decode(captured, settings) ?? null
    const judgement = await judgeCallback(captured, {
      endpoint: endpointId === null ? undefined : knowledge.endpointOf(endpointId),
      provider,
      secretsOfAccount: async () =>
        accountId === null ? {} : knowledge.secretsOf(accountId).catch(noSecrets(deps.onBug)),
      keyOfEndpoint: knowledge.keyOf,
      samples: deps.samples,
      otherSamples: () => readSampleKeys(deps.store),
      httpsPort: deps.httpsPort?.() ?? null
    })
    return { ...judgement, decoded }
  } catch (error) {
    // One row that a dialect stumbles over must not keep the others from being looked at. "Could not check" is never "valid".
    if (!(error instanceof Fault)) deps.onBug(error)
    return unchecked(error instanceof Fault ? `It could not be checked: ${error.message}.` : 'It could not be checked.')
  }
}

/** A locked vault or a removed account: the dialect then says which secret it misses. */
function noSecrets(onBug: (error: unknown) => void): (error: unknown) => Record<string, string> {
  return error => {
    if (!(error instanceof Fault)) onBug(error)
    return {}
  }
}

function unchecked(text: string): Look {
  return { verdict: 'no-secret', text, decoded: null }
}

/** Writes what is known of a row whose look ended the thread, so that it does not end the next one. faults: the store's. */
export function giveUpLook({ callbacks }: Pick<Store, 'callbacks'>, id: number): void {
  if (!callbacks.unannotated(rowsAtOnce).includes(id)) return
  const { verdict, text, decoded } = unchecked('The listener broke off while it looked at this callback.')
  callbacks.annotate(id, { verdict, verdictText: text, decoded })
}

/** Asks the vault once per account or endpoint and batch, not once per row. `none`: what a stop leaves unasked. */
function rememberAsked<T>(
  ask: (owner: string) => Promise<T>,
  signal: AbortSignal,
  none: T
): (owner: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return owner => {
    const asked = known.get(owner) ?? unlessStopped(ask(owner), signal, none)
    known.set(owner, asked)
    return asked
  }
}

/** Leaves nothing behind on the signal, which lives as long as the listener. */
function unlessStopped<T>(asked: Promise<T>, signal: AbortSignal, none: T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => resolve(none)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** As they are now, not as they were when the callback came; read once per batch. */
function rememberEndpoints({ endpoints }: Pick<Store, 'endpoints'>): Knowledge['endpointOf'] {
  const known = new Map<string, Endpoint | undefined>()
  return id => {
    if (!known.has(id)) known.set(id, endpoints.get(id))
    return known.get(id)
  }
}

/** What the account's profiles are set to, there and here; read once per account and batch, and only if a dialect asks. */
function rememberSettings({ profiles }: Pick<Store, 'profiles'>): Knowledge['settingsOf'] {
  const known = new Map<string, Settings[]>()
  return accountId => {
    const settings =
      known.get(accountId) ??
      profiles.list({ accountId }).flatMap(({ remote, local }) => [remote ?? [], local ?? []].flat())
    known.set(accountId, settings)
    return settings
  }
}

function endOfTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
