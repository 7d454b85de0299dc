import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import type { CallbackDetail, CallbackSummary } from '#shared/model/callback.ts'
import { findEndpoint } from '../addressing.ts'
import { parseAssignments } from '../assignments.ts'
import { send } from '../io.ts'
import type { Action } from '../main.ts'
import { countText, table, timeText } from '../table.ts'

/** How long `simulate` waits for the look at what it sent; the answer itself is there by then. */
const lookLimitMs = 5_000

/** Prints the addresses once, then every callback when it was looked at, until Ctrl-C. */
export const listen =
  (port: number | undefined): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const abort = new AbortController()
    const caught = await client.callbacks.watch(undefined, { signal: abort.signal })
    const status = await client.listener.start({ port })
    let endpoints = await client.endpoints.list()
    if (endpoints.length === 0) endpoints = [await client.endpoints.add({ label: 'Test' })]
    const addresses = endpoints.map(endpoint => `  ${endpoint.url}  ${endpoint.label}`).join('\n')
    context.io.event({ listening: { port: status.port, endpoints } }, `Listening on port ${status.port}:\n${addresses}`)
    void context.stopped().then(() => abort.abort())
    let count = 0
    try {
      for await (const callback of caught) {
        if (callback.verdict === null) continue
        count += 1
        context.io.event({ callback }, callbackText(callback))
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    }
    return { value: { caught: count }, text: `Stopped after ${countText(count, 'callback')}.` }
  }

export const list =
  (options: { search?: string; limit: number }): Action =>
  async context => {
    const limit = Math.min(Math.max(options.limit, 1), 1000)
    const callbacks = await (await context.open()).core.client.callbacks.list({ search: options.search, limit })
    const rows = callbacks.map(row => [
      row.id,
      timeText(row.receivedMs),
      row.method,
      row.answerStatus,
      row.verdict ?? '',
      row.decoded?.title ?? row.target
    ])
    return {
      value: callbacks,
      text: table(['ID', 'RECEIVED', 'METHOD', 'ANSWER', 'VERDICT', 'WHAT'], rows, 'No callbacks yet.')
    }
  }

export const show =
  (text: string, raw: boolean): Action =>
  async context => {
    if (!/^\d+$/.test(text)) throw new Fault('bad-usage', { message: `"${text}" is not the number of a callback` })
    const callback = await (await context.open()).core.client.callbacks.get({ id: Number(text) })
    if (!raw || context.io.json) return { value: callback, text: detailText(callback) }
    const body = Buffer.from(callback.bodyBase64, 'base64')
    const isWritten = await send(process.stdout, body)
    return { value: callback, text: '', exit: isWritten ? 0 : 1 }
  }

export const simulate =
  (order: { provider: string; sample: string; words: string[]; to?: string; endpoint?: string }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const endpointId = order.endpoint === undefined ? undefined : (await findEndpoint(client, order.endpoint)).id
    const running = await client.listener.status()
    const ownListener = order.to === undefined && running.state === 'stopped'
    const looked = ownListener ? await startOwnListener(client) : undefined
    const sent = await client.callbacks.simulate({
      provider: order.provider,
      sample: order.sample,
      to: order.to,
      endpointId,
      fields: parseAssignments(order.words)
    })
    const callback = await looked?.()
    const caught = callback ? `\n${callbackText(callback)}` : ''
    return { value: sent, text: `Sent to ${sent.to}: answered ${sent.status}.${caught}` }
  }

/** For this command alone. out: waits until the next callback was decoded and judged, which comes after its answer. */
async function startOwnListener(client: Client): Promise<() => Promise<CallbackSummary | undefined>> {
  const abort = new AbortController()
  const caught = await client.callbacks.watch(undefined, { signal: abort.signal })
  await client.listener.start({ port: 0 })
  return async () => {
    const limit = setTimeout(() => abort.abort(), lookLimitMs)
    try {
      for await (const callback of caught) {
        if (callback.verdict !== null && callback.origin === 'simulate') return callback
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      clearTimeout(limit)
      abort.abort()
    }
    return undefined
  }
}

function callbackText(callback: CallbackSummary): string {
  const what = callback.decoded?.title ?? `${callback.bodyBytes} bytes`
  return `${timeText(callback.receivedMs)}  #${callback.id}  ${callback.method} ${callback.target}  ${what}  [${callback.verdict}]`
}

function detailText(callback: CallbackDetail): string {
  return [
    `#${callback.id} received ${timeText(callback.receivedMs)} from ${callback.remoteAddress}, answered ${callback.answerStatus}`,
    `signature: ${callback.verdict ?? 'not looked at yet'}${callback.verdictText ? ` (${callback.verdictText})` : ''}`,
    ...(callback.decoded ? [callback.decoded.title] : []),
    '',
    `${callback.method} ${callback.target} HTTP/${callback.httpVersion}`,
    ...callback.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    callback.bodyText ?? `(${callback.bodyBytes} bytes that are not text; --raw writes them)`
  ].join('\n')
}
