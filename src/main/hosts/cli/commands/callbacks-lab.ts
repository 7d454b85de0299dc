import { Fault } from '#shared/faults.ts'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { callbackFilter, type CallbackDiff, type CallbackFilter } from '#shared/model/lab.ts'
import { findAccountId, findEndpoint } from '../addressing.ts'
import { askYes, canAsk } from '../ask.ts'
import type { Action, Context } from '../main.ts'
import { countText, table, timeText } from '../table.ts'

/** As the command line gives them. */
export type ListOptions = {
  search?: string
  account?: string
  endpoint?: string
  provider?: string
  verdict?: string
  method?: string
  origin?: string
  status?: number
  event?: string
  pinned?: boolean
  tag?: string
  since?: string
  until?: string
  before?: string
  limit: number
}

export const list =
  (options: ListOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const filter = filterOf(options, Date.now())
    const accountId = await findAccountId(client, options.account)
    const endpointId = options.endpoint === undefined ? undefined : (await findEndpoint(client, options.endpoint)).id
    const beforeId = options.before === undefined ? undefined : callbackId(options.before)
    const limit = Math.min(Math.max(options.limit, 1), 1000)
    const callbacks = await client.callbacks.list({ ...filter, accountId, endpointId, beforeId, limit })
    const rows = callbacks.map(row => [
      row.id,
      timeText(row.receivedMs),
      row.method,
      row.answerStatus,
      row.verdict ?? '',
      [row.pinned ? '*' : '', row.decoded?.title ?? row.target, ...row.tags.map(tag => `#${tag}`)]
        .filter(Boolean)
        .join(' ')
    ])
    return {
      value: callbacks,
      text: table(['ID', 'RECEIVED', 'METHOD', 'ANSWER', 'VERDICT', 'WHAT'], rows, 'No such callbacks.')
    }
  }

function filterOf(options: ListOptions, nowMs: number): CallbackFilter {
  const { account: _account, endpoint: _endpoint, since, until, before: _before, limit: _limit, ...same } = options
  const parsed = callbackFilter.safeParse({
    ...same,
    sinceMs: since === undefined ? undefined : timeOf(since, '--since', nowMs),
    untilMs: until === undefined ? undefined : timeOf(until, '--until', nowMs)
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Fault('bad-usage', { message: `--${issue?.path.map(String).join('.')}: ${issue?.message}` })
}

const unitsMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `15m`: so long ago; else a date, with or without a time of day. */
function timeOf(text: string, option: string, nowMs: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined) return nowMs - Number(count) * (unitsMs[unit] ?? 0)
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw new Fault('bad-usage', {
    message: `${option} takes a time such as 15m, 2h, 7d or 2026-03-01T09:30, not "${text}"`
  })
}

/** The number of a callback. */
export function callbackId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Fault('bad-usage', { message: `"${text}" is not the number of a callback` })
  return Number(text)
}

export const diff =
  (from: string, to: string): Action =>
  async context => {
    const order = { from: callbackId(from), to: callbackId(to) }
    const found = await (await context.open()).core.client.callbacks.diff(order)
    return { value: found, text: diffText(found) }
  }

function diffText({ differences, sameBody }: CallbackDiff): string {
  const side = (mark: string, text: string | null) =>
    text === null ? [] : text.split('\n').map(line => `  ${mark} ${line}`)
  const lines = differences.flatMap(({ part, name, from, to }) => [
    [part, name].filter(Boolean).join(' '),
    ...side('-', from),
    ...side('+', to)
  ])
  return [...lines, sameBody ? 'The bodies are the same, byte for byte.' : 'The bodies differ.'].join('\n')
}

/** All but the pinned ones; that cannot be undone, so that it is confirmed. */
export const clear =
  (options: { yes?: boolean }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { caught } = await client.listener.status()
    const question = `Remove what is not pinned of ${countText(caught, 'callback')}?`
    if (!options.yes && !(canAsk() && !context.io.json && (await askYes(question))))
      throw new Fault('needs-confirmation', { message: 'Nothing was removed', advice: 'Confirm it with --yes.' })
    await client.callbacks.clear()
    const left = (await client.listener.status()).caught
    const removed = caught - left
    return { value: { removed, left }, text: `Removed ${countText(removed, 'callback')}; ${left} left.` }
  }

export type NoteOptions = { pin?: boolean; unpin?: boolean; tag: string[]; untag: string[]; note?: string }

export const note =
  (text: string, options: NoteOptions): Action =>
  async context => {
    const id = callbackId(text)
    const { client } = (await context.open()).core
    if (options.pin && options.unpin) throw new Fault('bad-usage', { message: '--pin and --unpin exclude each other' })
    const before = await client.callbacks.get({ id })
    const tags = [...before.tags.filter(tag => !options.untag.includes(tag)), ...options.tag]
    const noted = await client.callbacks.note({
      id,
      ...((options.pin || options.unpin) && { pinned: options.pin === true }),
      ...((options.tag.length > 0 || options.untag.length > 0) && { tags: [...new Set(tags)] }),
      ...(options.note !== undefined && { note: options.note })
    })
    return { value: noted, text: noteText(noted) }
  }

function noteText({ id, pinned, tags, note: text }: CallbackSummary): string {
  const marks = [pinned ? 'pinned' : 'not pinned', ...tags.map(tag => `#${tag}`)].join(' ')
  return [`Callback ${id}: ${marks}`, ...(text === '' ? [] : [text])].join('\n')
}

export type WaitOptions = { match: string; timeout: string; after?: string; port?: number }

/** Opens the listener where none runs on the data folder, for as long as it waits, and says where. */
export const wait =
  (options: WaitOptions): Action =>
  async context => {
    const timeoutMs = Math.round(Number(options.timeout) * 1_000)
    if (!(timeoutMs >= 1 && timeoutMs <= 86_400_000))
      throw new Fault('bad-usage', { message: '--timeout takes seconds, at most a day' })
    const afterId = options.after === undefined ? undefined : callbackId(options.after)
    const { client } = (await context.open({ secrets: true })).core
    const abort = new AbortController()
    void context.stopped().then(() => abort.abort())
    const waiting = client.callbacks.wait({ match: options.match, timeoutMs, afterId }, { signal: abort.signal })
    const [found] = await Promise.all([waiting, listenMeanwhile(context, options.port)])
    return { value: found, text: String(found.id) }
  }

async function listenMeanwhile(context: Context, port: number | undefined): Promise<void> {
  const { client } = (await context.open()).core
  const { state } = await client.listener.status()
  if (state !== 'stopped') return
  await client.listener.start({ port })
  let endpoints = await client.endpoints.list()
  if (endpoints.length === 0) endpoints = [await client.endpoints.add({ label: 'Test' })]
  for (const endpoint of endpoints) context.io.say(`Waiting at ${endpoint.url}  ${endpoint.label}`)
}
