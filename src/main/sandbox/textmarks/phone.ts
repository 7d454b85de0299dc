import type { Delivery } from '../kit/deliveries.ts'
import { callUrls, type CallContext, type Event } from './calls.ts'
import { findTextMark, type TextMark, type TextMarksState } from './state.ts'

/** What came of a text. `sms`: every message that the phone got, in order; `reply`: the first of them. */
export type Outcome = { reply: string | null; sms: string[]; deliveries: Delivery[] }

type Text = { from: string; text: string }

const help = 'Text a keyword to get its reply. STOP leaves every group, UNSUB KEYWORD one.'

/** A phone texts a keyword, or a command. It is over when every callback has its answer. */
export async function receiveText({ from, text }: Text, context: CallContext): Promise<Outcome> {
  meet(context.state, from)
  const outcome = await understood({ from, text: text.trim() }, context)
  for (const one of outcome.sms) context.state.messages.push({ to: from, text: one })
  context.state.messages = context.state.messages.slice(-200)
  return outcome
}

/** The callback of one event, whoever asked for it. */
export async function tellGroup(
  event: Event,
  context: CallContext
): Promise<{ deliveries: Delivery[]; sms: string[] }> {
  const { groupCallbackUrl } = event.textMark
  if (groupCallbackUrl === null) return { deliveries: [], sms: [] }
  const { deliveries, answer } = await callUrls(groupCallbackUrl, event, context)
  const isSent = context.switches.groupAnswer === 'sent'
  return { deliveries, sms: isSent ? smsOf(answer) : [] }
}

async function understood({ from, text }: Text, context: CallContext): Promise<Outcome> {
  const { state } = context
  const [first = '', ...others] = text.split(/\s+/)
  const word = first.toUpperCase()
  const second = findTextMark(state, others[0] ?? '')
  if (word === 'HELP' || word === '?') return said([help])
  if (word === 'STOP') return leave(state.textMarks.filter(isMember(from)), from, context)
  if (['UNSUB', 'UNSUBSCRIBE'].includes(word))
    return leave(second ? [second].filter(isMember(from)) : [], from, context)
  if (['SUB', 'SUBSCRIBE'].includes(word) && second) return join(second, from, context)
  const named = word === '.' ? undefined : findTextMark(state, first)
  const textMark = named ?? findTextMark(state, state.context[from] ?? '')
  // Only a short answer without a keyword goes to the last one.
  if (!textMark || (!named && word !== '.' && text.length > 2)) return said([`There is no keyword ${first}.`])
  const rest = named ? text.slice(first.length).trim() : word === '.' ? '' : text
  return request({ textMark, action: 'REQ', phone: from, text: rest }, context)
}

async function request(event: Event, context: CallContext): Promise<Outcome> {
  const { textMark, phone } = event
  context.state.context[phone] = textMark.keyword
  const joins = textMark.group['auto_join'] === '1' && !textMark.members.includes(phone)
  const answer = async () => replyTo(event, context)
  const joined = async () => (joins ? join(textMark, phone, context) : said([]))
  const groupFirst = context.switches.callbackOrder === 'group-first'
  const [one, two] = groupFirst ? [await joined(), await answer()] : [await answer(), await joined()]
  const reply = groupFirst ? two.reply : one.reply
  return { reply, sms: [...one.sms, ...two.sms], deliveries: [...one.deliveries, ...two.deliveries] }
}

async function replyTo(event: Event, context: CallContext): Promise<Outcome> {
  const { type, args } = event.textMark.handler
  if (type === 'silent') return said([])
  if (type === 'basic') return said(smsOf(args['response']))
  const { deliveries, answer } = await callUrls(args['url'] ?? '', event, context)
  const text = type === 'dynamic' || answer === undefined ? answer : clipped(answer, args)
  return { ...said(smsOf(text)), deliveries }
}

async function join(textMark: TextMark, phone: string, context: CallContext): Promise<Outcome> {
  if (textMark.group['group_enabled'] === '0' || textMark.members.includes(phone)) return said([])
  textMark.members.push(phone)
  const { deliveries, sms } = await tellGroup({ textMark, action: 'SUB', phone, text: '' }, context)
  return { ...said(sms), deliveries }
}

async function leave(textMarks: TextMark[], phone: string, context: CallContext): Promise<Outcome> {
  const deliveries: Delivery[] = []
  const sms: string[] = []
  for (const textMark of textMarks) {
    textMark.members = textMark.members.filter(one => one !== phone)
    const told = await tellGroup({ textMark, action: 'UNSUB', phone, text: '' }, context)
    deliveries.push(...told.deliveries)
    sms.push(...told.sms)
  }
  const left = textMarks.map(one => one.keyword).join(', ')
  return { ...said([left === '' ? 'You were in no group.' : `You left ${left}.`, ...sms]), deliveries }
}

/** The piece of a page between the clips, as text. Without a left clip on the page there is none. */
function clipped(page: string, args: Record<string, string>): string {
  const { clip_after: after = '', clip_left: left = '', clip_right: right = '' } = args
  const skipped = after === '' || !page.includes(after) ? page : page.slice(page.indexOf(after))
  const start = skipped.indexOf(left)
  if (start < 0) return ''
  const inner = skipped.slice(start + left.length)
  const end = right === '' ? -1 : inner.indexOf(right)
  const piece = end < 0 ? inner : inner.slice(0, end)
  const before = args['clip_left_inc'] === '1' ? left : ''
  const behind = args['clip_right_inc'] === '1' && end >= 0 ? right : ''
  return `${before}${piece}${behind}`.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

/** The body is HTML-encoded text; an empty one is no message. */
function smsOf(body: string | undefined): string[] {
  const text = (body ?? '').replaceAll(/&(lt|gt|quot|#39|amp);/g, (_whole, name: string) => entities[name] ?? '').trim()
  return text === '' ? [] : [text]
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

function said(sms: string[]): Outcome {
  return { reply: sms[0] ?? null, sms, deliveries: [] }
}

function meet(state: TextMarksState, phone: string): void {
  if (state.people.some(one => one.phone === phone)) return
  state.people.push({ phone, userId: String(4_800_000 + state.people.length), name: '' })
}

function isMember(phone: string): (textMark: TextMark) => boolean {
  return ({ members }) => members.includes(phone)
}
