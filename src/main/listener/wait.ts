import { Fault } from '#shared/faults.ts'
import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import type { Clock } from '../base/clock.ts'
import type { CallbackStore } from '../store/store.ts'
import { headerValues } from './address.ts'
import { partsOf } from './rules/conditions.ts'
import { compileExpression, type Expression } from './rules/expressions.ts'
import { createPatterns } from './rules/patterns.ts'

export type WaitOrder = { match: string; timeoutMs: number; afterId?: number }
export type WaitDeps = { callbacks: Pick<CallbackStore, 'after' | 'get' | 'list'>; clock: Clock }

const lookEveryMs = 100
const rowsAtOnce = 200

/**
 * Waits for a callback that was looked at and for which the expression is true; the oldest of several. Without `afterId` those
 * count that come from now on, into whichever process. It reads the store now and then: the listener may be another process's.
 * faults: invalid-input (the expression), timed-out, cancelled.
 */
export async function waitForCallback(order: WaitOrder, deps: WaitDeps, signal?: AbortSignal): Promise<CallbackDetail> {
  const { callbacks, clock } = deps
  const matches = matcher(order.match, clock)
  const untilMs = clock.now() + order.timeoutMs
  let seen = order.afterId ?? callbacks.list({ limit: 1 })[0]?.id ?? 0
  let unlooked: number[] = []

  /** The next ones, and of those before that had no look whoever has one now; oldest first. */
  async function lookThrough(): Promise<{ found?: CallbackDetail; isMore: boolean }> {
    const rows = callbacks.after(seen, rowsAtOnce)
    const ids = [...unlooked, ...rows.map(row => row.id)]
    unlooked = []
    seen = rows.at(-1)?.id ?? seen
    for (const id of ids) {
      if (signal?.aborted || clock.now() >= untilMs) break
      const detail = callbacks.get(id)
      if (detail?.verdict === null) unlooked.push(id)
      else if (detail && (await matches(detail))) return { found: detail, isMore: false }
      await endOfTurn()
    }
    return { isMore: rows.length === rowsAtOnce }
  }

  for (;;) {
    if (signal?.aborted) throw new Fault('cancelled')
    const { found, isMore } = await lookThrough()
    if (found) return found
    const leftMs = untilMs - clock.now()
    if (leftMs <= 0) throw new Fault('timed-out', { message: 'No callback matched in time' })
    if (!isMore) await clock.sleep(Math.min(lookEveryMs, leftMs), signal).catch(() => {})
  }
}

/** Whether the expression is true for a callback, as JSONata's own `$boolean` says it. faults: invalid-input. */
function matcher(text: string, clock: Clock): (detail: CallbackDetail) => Promise<boolean> {
  const compiled = () =>
    compileExpression(
      text,
      createPatterns(() => clock.now())
    )
  let expression: Expression
  try {
    expression = compiled()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it is not one'
    throw new Fault('invalid-input', { message: `The expression cannot be read: ${reason}`, field: 'match' })
  }
  return async detail => {
    const result = await expression(matchView(detail))
    // One that took too long rests; the next callback is asked all the same.
    if (result === null) expression = compiled()
    return result !== null && isTrue(result.value)
  }
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isTrue)
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0
  return typeof value !== 'function' && Boolean(value)
}

/** What an expression sees of a callback; documented in docs/callbacks.md. */
export function matchView(detail: CallbackDetail): Record<string, unknown> {
  const bytes = Buffer.from(detail.bodyBase64, 'base64')
  const parts = partsOf({ ...detail, body: bytes })
  const isForm = headerValues(detail.headers, 'content-type').some(type =>
    /^\s*application\/x-www-form-urlencoded/i.test(type)
  )
  const { decoded } = detail
  return {
    id: detail.id,
    receivedMs: detail.receivedMs,
    method: detail.method,
    target: detail.target,
    path: parts.path,
    query: byName(parts.query),
    headers: byName(parts.headers.map(([name, value]): HeaderPair => [name.toLowerCase(), value])),
    body: parts.text(),
    json: parts.json()?.value,
    form: isForm ? byName([...new URLSearchParams(parts.text())]) : undefined,
    decoded: decoded && {
      event: decoded.event,
      title: decoded.title,
      fields: byName(decoded.fields.map(({ name, value }): HeaderPair => [name, value]))
    },
    verdict: detail.verdict,
    status: detail.answerStatus,
    origin: detail.origin,
    provider: detail.provider,
    account: detail.accountId,
    endpoint: detail.endpointId,
    tags: detail.tags
  }
}

/** One value, or a list where a name is there several times. */
function byName(pairs: readonly HeaderPair[]): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>()
  for (const [name, value] of pairs) {
    const known = found.get(name)
    found.set(name, known === undefined ? value : [known, value].flat())
  }
  return Object.fromEntries(found)
}

function endOfTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
