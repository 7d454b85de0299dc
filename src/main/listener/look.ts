import { Fault } from '#shared/faults.ts'
import type { CallbackSummary, DecodedCallback } from '#shared/model/callback.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Judgement, Provider } from '../providers/contract.ts'
import type { CallbackStore, NewCallback, Store } from '../store/store.ts'
import { sentTo } from './address.ts'
import { summaryOf } from './capture.ts'

export type LookDeps = {
  store: Pick<Store, 'together' | 'profiles'> & { callbacks: CallbackStore }
  registry: { get(id: string): Provider }
  secretsFor: (accountId: string) => Promise<Record<string, string>>
  tell(summary: CallbackSummary): void
  onBug: (error: unknown) => void
}

export type Looker = {
  /** There may be rows to look at. */
  wake(): void
  /** Does not wait for a vault that is asking somebody; the rows in hand are looked at after the next start. */
  stop(): Promise<void>
}

const rowsAtOnce = 50
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
        while (!stop.signal.aborted && (await lookAtSome(deps, stop.signal))) await endOfTurn()
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

type Look = Judgement & { decoded: DecodedCallback | null }

/** Gathers and judges, then writes all looks in one transaction. out: whether there were any. */
async function lookAtSome(deps: LookDeps, signal: AbortSignal): Promise<boolean> {
  const ids = deps.store.callbacks.unannotated(rowsAtOnce)
  const secretsOf = rememberSecrets(deps.secretsFor, signal)
  const settingsOf = rememberSettings(deps.store)
  const looks: { id: number; look: Look; summary: CallbackSummary }[] = []
  for (const id of ids) {
    const row = deps.store.callbacks.raw(id)
    if (!row) continue
    const { id: _id, ...callback } = row
    const look = await lookAt(callback, deps, { secretsOf, settingsOf })
    if (signal.aborted) return false
    const summary = summaryOf(id, callback, { verdict: look.verdict, verdictText: look.text, decoded: look.decoded })
    looks.push({ id, look, summary })
  }
  deps.store.together(() => {
    for (const { id, look } of looks)
      deps.store.callbacks.annotate(id, { verdict: look.verdict, verdictText: look.text, decoded: look.decoded })
  })
  for (const each of looks) deps.tell(each.summary)
  return looks.length > 0
}

type Knowledge = { secretsOf: LookDeps['secretsFor']; settingsOf: (accountId: string) => Settings[] }

async function lookAt(callback: NewCallback, deps: LookDeps, { secretsOf, settingsOf }: Knowledge): Promise<Look> {
  if (callback.provider === null)
    return unsigned('This endpoint belongs to no account, so there is nothing to check it against.')
  if (callback.truncated)
    return unchecked('The body was longer than the listener keeps, so the signature cannot be checked.')
  try {
    const { callbacks: dialect } = deps.registry.get(callback.provider)
    const { method, target, headers, body } = callback
    const captured = { method, target, headers, body }
    const { accountId } = callback
    const decoded = dialect.decode(captured, () => (accountId === null ? [] : settingsOf(accountId))) ?? null
    const secrets = accountId === null ? {} : await secretsOf(accountId).catch(noSecrets(deps.onBug))
    return { ...dialect.verify(captured, { url: sentTo(target, headers), secrets }), decoded }
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

function unsigned(text: string): Look {
  return { verdict: 'not-offered', text, decoded: null }
}

function unchecked(text: string): Look {
  return { verdict: 'no-secret', text, decoded: null }
}

/** Asks the vault once per account and batch, not once per row. */
function rememberSecrets(secretsFor: LookDeps['secretsFor'], signal: AbortSignal): LookDeps['secretsFor'] {
  const stopped = new Promise<Record<string, string>>(resolve => {
    signal.addEventListener('abort', () => resolve({}), { once: true })
  })
  const known = new Map<string, Promise<Record<string, string>>>()
  return accountId => {
    const asked = known.get(accountId) ?? Promise.race([secretsFor(accountId), stopped])
    known.set(accountId, asked)
    return asked
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
