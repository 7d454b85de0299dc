import type { Clock } from '../../base/clock.ts'
import { mayLeave, type Delivery } from '../kit/deliveries.ts'
import { send } from '../request.ts'
import type { TextMark, TextMarksState } from './state.ts'
import type { Switches } from './switches.ts'
import { conventionSignature, type PrivateTokens } from './tokens.ts'

export type Action = 'REQ' | 'SUB' | 'UNSUB'

/** One text of a phone about one keyword. `text`: what stands after the keyword; empty for SUB and UNSUB. */
export type Event = { textMark: TextMark; action: Action; phone: string; text: string }

export type CallContext = { state: TextMarksState; switches: Switches; tokens: PrivateTokens; clock: Clock }

export type Called = { deliveries: Delivery[]; answer: string | undefined }

/** Calls each URL of the template in turn. out: the answer that is the reply, undefined where there was none. */
export async function callUrls(template: string, event: Event, context: CallContext): Promise<Called> {
  const called: Called = { deliveries: [], answer: undefined }
  const urls = template.split(' ').filter(Boolean)
  const replying = context.switches.replyFrom === 'first' ? 0 : urls.length - 1
  for (const [index, one] of urls.entries()) {
    const { deliveries, text } = await callUntilAnswered(filled(one, event, context), event.action, context)
    called.deliveries.push(...deliveries)
    if (index === replying) called.answer = text
  }
  return called
}

/** Once, and again after each of the waits that the switch names, as long as the answer is not 200. */
async function callUntilAnswered(
  url: string,
  event: string,
  { switches, clock }: CallContext
): Promise<{ deliveries: Delivery[]; text: string | undefined }> {
  const deliveries: Delivery[] = []
  for (const [index, waitMs] of [0, ...switches.callbackRetryDelaysMs].entries()) {
    if (waitMs > 0) await clock.sleep(waitMs)
    const { delivery, text } = await callOnce(url, { event, attempt: index + 1 }, switches)
    deliveries.push(delivery)
    if (text !== undefined || !mayLeave(url, switches)) return { deliveries, text }
  }
  return { deliveries, text: undefined }
}

/** The template with its tokens replaced in one pass: what a person texts is not looked at again. */
export function filled(template: string, event: Event, { state, switches, tokens, clock }: CallContext): string {
  const { textMark, action, phone, text } = event
  const { keyword, tokenDigest } = textMark
  const person = state.people.find(one => one.phone === phone)
  const words = text.split(/\s+/).filter(Boolean)
  const token = tokenDigest === null ? undefined : tokens.get(tokenDigest)
  const values: Record<string, string> = {
    p: phone,
    a: action,
    k: keyword,
    0: text,
    n: person?.name ?? '',
    u: person?.userId ?? '',
    s: conventionSignature(token, { phone, keyword, action, text }, clock.now())
  }
  return template.replaceAll(/\\([0-9a-zA-Z])/g, (whole, name: string) => {
    const value = /[1-9]/.test(name) ? (words[Number(name) - 1] ?? '') : values[name]
    return value === undefined ? whole : encoded(value, switches)
  })
}

async function callOnce(
  url: string,
  attempt: { event: string; attempt: number },
  switches: Switches
): Promise<{ delivery: Delivery; text: string | undefined }> {
  const delivery = { ...attempt, url }
  if (!mayLeave(url, switches)) {
    const error = 'not sent: the sandbox sends to http(s) URLs of this computer only'
    return { delivery: { ...delivery, status: null, error }, text: undefined }
  }
  try {
    const headers = { 'user-agent': 'plugboard-sandbox', accept: '*/*' }
    const { status, text } = await send({ url, method: 'GET', headers, timeoutMs: switches.callbackTimeoutMs })
    return { delivery: { ...delivery, status }, text: status === 200 ? text : undefined }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { delivery: { ...delivery, status: null, error: message }, text: undefined }
  }
}

function encoded(value: string, { tokenEncoding }: Switches): string {
  if (tokenEncoding === 'raw') return value.replaceAll(/[\s#]/g, '+')
  const percent = encodeURIComponent(value)
  return tokenEncoding === 'plus' ? percent.replaceAll('%20', '+') : percent
}
