import type { CallbackDetail, CallbackSummary } from '#shared/model/callback.ts'
import { send } from '../io.ts'
import type { Action } from '../main.ts'
import { readPlainAnswer } from '../rule-options.ts'
import { countText, timeText } from '../table.ts'
import { callbackId } from './callbacks-lab.ts'
import { forwardWhile } from './forward-while.ts'

export type ListenOptions = { port?: number; respond: string[]; forward: string[] }

/** Prints the addresses once, then every callback when it was looked at, until Ctrl-C. */
export const listen =
  ({ port, respond, forward }: ListenOptions): Action =>
  async context => {
    const answers = respond.length > 0 ? { respond: respond.map(readPlainAnswer) } : {}
    const { client } = (await context.open({ secrets: true })).core
    const abort = new AbortController()
    const caught = await client.callbacks.watch(undefined, { signal: abort.signal })
    const status = await client.listener.start({ port, ...answers })
    const https = (await client.listener.https()).port
    let endpoints = await client.endpoints.list()
    if (endpoints.length === 0) endpoints = [await client.endpoints.add({ label: 'Test' })]
    const stopForwards = await forwardWhile(client, context.io, { endpoints, urls: forward })
    const addresses = endpoints.map(({ url, key, label }) => {
      const secure = https === null ? '' : `  https://localhost:${https}/in/${key}`
      return `  ${url}${secure}  ${label}`
    })
    const text = [`Listening on port ${status.port}:`, ...addresses].join('\n')
    context.io.event({ listening: { port: status.port, httpsPort: https, endpoints } }, text)
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
    } finally {
      await stopForwards()
    }
    return { value: { caught: count }, text: `Stopped after ${countText(count, 'callback')}.` }
  }

export const show =
  (text: string, raw: boolean): Action =>
  async context => {
    const callback = await (await context.open()).core.client.callbacks.get({ id: callbackId(text) })
    if (!raw || context.io.json) return { value: callback, text: detailText(callback) }
    const body = Buffer.from(callback.bodyBase64, 'base64')
    const isWritten = await send(process.stdout, body)
    return { value: callback, text: '', exit: isWritten ? 0 : 1 }
  }

/** One line. */
export function callbackText(callback: CallbackSummary): string {
  const what = callback.decoded?.title ?? `${callback.bodyBytes} bytes`
  return `${timeText(callback.receivedMs)}  #${callback.id}  ${callback.method} ${callback.target}  ${what}  [${callback.verdict}]`
}

function detailText(callback: CallbackDetail): string {
  return [
    `#${callback.id} received ${timeText(callback.receivedMs)} from ${callback.remoteAddress}, answered ${callback.answerStatus}`,
    `signature: ${callback.verdict ?? 'not looked at yet'}${callback.verdictText ? ` (${callback.verdictText})` : ''}`,
    ...callback.verdictDetails.map(({ label, value }) => `  ${label}: ${value}`),
    ...(callback.decoded ? [callback.decoded.title] : []),
    ...aboutText(callback),
    '',
    `${callback.method} ${callback.target} HTTP/${callback.httpVersion}`,
    ...callback.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    callback.bodyText ?? `(${callback.bodyBytes} bytes that are not text; --raw writes them)`,
    ...callback.trailers.map(([name, value]) => `${name}: ${value} (a trailer)`)
  ].join('\n')
}

const origins = { network: [], simulate: ['simulated'], import: ['imported'] }

function aboutText({ origin, replayOf, truncated, ruleId, pinned, tags, note }: CallbackDetail): string[] {
  const marks = [...(pinned ? ['pinned'] : []), ...tags.map(tag => `#${tag}`)].join(' ')
  return [
    ...(origin === 'replay' ? [`sent again from #${replayOf}`] : origins[origin]),
    ...(truncated ? ['longer than the listener keeps: this is its beginning'] : []),
    ...(ruleId === null ? [] : [`answered by the rule ${ruleId}`]),
    ...[marks, note].filter(text => text !== '')
  ]
}
