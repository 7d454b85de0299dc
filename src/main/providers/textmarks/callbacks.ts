// TextMarks API V2: the GET to the owner's URL when somebody texts a keyword, joins or leaves.
// Source: the help pages and "SMS auto-response", as summed up in providers/textmarks.md §5–6, 2026-11.
// Not tested against the live service: the algorithm behind \s is not known; what is checked here is a convention of our own.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { DecodedCallback } from '#shared/model/callback.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { CallbackDialect, Captured, Judgement, Known, Sample } from '../contract.ts'
import { hmacHex, isSameText } from '../kit/signatures/hmac.ts'
import { clockDetails, hashOf } from '../kit/signatures/explain.ts'
import { judgeTime } from '../kit/signatures/judge.ts'
import { fillSample } from '../kit/sample.ts'
import { callbackTemplate, conventionName, isAction, queryOf, readByNames, readByTemplate, tokens } from './template.ts'

const text = z.string().optional()

const people = z.object({
  phone: field(text, { label: 'Phone', help: 'Who texted.', example: '+12025550123', input: 'phone' }),
  keyword: field(text, { label: 'Keyword', help: 'The keyword that was texted.', example: 'JOESPIZZA' }),
  name: field(text, { label: 'Name', help: 'The name of the person, if it is known.', example: 'Jim Jones' }),
  userId: field(text, { label: 'User ID', help: 'TextMarks’ number for this phone.', example: '4789234' })
})

const request = people.extend({
  text: field(text, { label: 'Text', help: 'What stands after the keyword.', example: 'large margherita' })
})

const sampleList = [
  sample(
    'request',
    'REQ',
    request,
    'Somebody texts the keyword',
    'Called at the address of the dynamic request handler.'
  ),
  sample('join', 'SUB', people, 'Somebody joins the group', 'Called at the group callback address.'),
  sample('leave', 'UNSUB', people, 'Somebody leaves the group', 'Called at the group callback address.')
]

export const sampleCards = sampleList.map(({ card }) => card)

export const textMarksCallbacks: CallbackDialect = {
  decode(captured, profiles) {
    const parts = partsOf(captured, profiles)
    return parts && decoded(parts, captured)
  },
  verify,
  settingSecrets: ['privateToken'],
  /** The body would be the text of the SMS: none is sent. */
  answer: { status: 200, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: '' },
  samples: sampleList.map(({ card, build }) => ({ id: card.id, build, varied }))
}

function partsOf({ method, target }: Captured, profiles: () => Settings[] = () => []): Map<string, string> | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  return readByTemplate(target, templatesOf(profiles())) ?? readByNames(target)
}

function templatesOf(profiles: Settings[]): string[] {
  const urls = profiles.flatMap(({ url, groupCallbackUrl }) => [url, groupCallbackUrl])
  return [...new Set(urls.flatMap(one => (typeof one === 'string' ? one.trim().split(/\s+/) : [])))]
}

function decoded(parts: Map<string, string>, { target }: Captured): DecodedCallback {
  const action = parts.get('action') ?? ''
  const known = Object.values(tokens).filter(({ part }) => parts.has(part))
  const fields = known.map(({ part, label, help }) => ({ name: part, label, value: parts.get(part) ?? '', help }))
  const shown = new Set(fields.map(one => one.value))
  const others = [...new URLSearchParams(queryOf(target))].filter(([, value]) => !shown.has(value))
  return {
    event: eventOf(action),
    title: titleOf(action, parts),
    fields: [...fields, ...others.map(([name, value]) => ({ name, label: name, value }))]
  }
}

function eventOf(action: string): string {
  if (action === 'SUB') return 'join'
  if (action === 'UNSUB') return 'leave'
  return action === 'REQ' || action === '' ? 'request' : 'other'
}

function titleOf(action: string, parts: Map<string, string>): string {
  const who = parts.get('phone') || parts.get('name') || 'Somebody'
  const keyword = parts.get('keyword') || ''
  if (action === 'SUB') return `${who} joined the group${keyword === '' ? '' : ` ${keyword}`}`
  if (action === 'UNSUB') return `${who} left the group${keyword === '' ? '' : ` ${keyword}`}`
  const said = parts.get('text') || ''
  const what = [keyword, said].filter(Boolean).join(' ')
  const unknown = action !== '' && !isAction(action) ? ` (${action})` : ''
  return `${who} texted ${what === '' ? 'the keyword' : `“${what}”`}${unknown}`
}

/**
 * Plugboard's own convention, not TextMarks': `<unix seconds>.<hex HMAC-SHA1 of "seconds.phone.keyword.action.text">`. It is
 * switched on by having \s in the template under the convention's name.
 */
function verify(captured: Captured, known: Known): Judgement {
  const judgement = judge(captured, known)
  const query = new URLSearchParams(queryOf(captured.target))
  const signature = query.get(conventionName)
  if (signature === null || judgement.verdict === 'not-offered') return judgement
  const seconds = /^\d{1,12}(?=\.)/.exec(signature)?.[0] ?? ''
  const details = [
    { label: 'Signature in', value: `${conventionName} of the address` },
    { label: 'Signed is', value: `the time and ${signedNames.join(', ')}, joined by dots` },
    { label: 'SHA-256 of that', value: hashOf(Buffer.from(signedText(seconds, query))) },
    ...clockDetails(seconds, captured.receivedMs)
  ]
  return { ...judgement, details }
}

function judge(captured: Captured, { secrets }: Known): Judgement {
  const query = new URLSearchParams(queryOf(captured.target))
  const signature = query.get(conventionName)
  if (signature === null) {
    const why = String.raw`How TextMarks makes \s is not known, so that it cannot be checked. The secret part of the URL is the only check.`
    return { verdict: 'not-offered', text: why }
  }
  const lacking = signedNames.find(name => !query.has(name))
  if (lacking !== undefined) {
    const why = `By Plugboard’s own convention the address has to pass on “${lacking}”, too; without it the signature cannot be checked.`
    return { verdict: 'not-offered', text: why }
  }
  const tokensKnown = Object.entries(secrets).filter(([name]) => /(^|\.)privateToken$/.test(name))
  if (tokensKnown.length === 0) {
    return {
      verdict: 'no-secret',
      text: 'It is signed by Plugboard’s own convention, but no private token is known here.'
    }
  }
  const seconds = /^(\d{1,12})\.[0-9a-f]{40}$/.exec(signature)?.[1]
  const isRight = ([, token]: [string, string]) =>
    seconds !== undefined && isSameText(signature, conventionSignature(token, seconds, query))
  if (!tokensKnown.some(isRight)) {
    return {
      verdict: 'invalid',
      text: 'The signature does not follow Plugboard’s own convention. TextMarks’ own way is not known: it may still be genuine.'
    }
  }
  const late = judgeTime(`The time in ${conventionName}`, seconds ?? '', captured.receivedMs)
  if (late) return late
  const at = new Date(Number(seconds) * 1000).toISOString()
  return {
    verdict: 'valid',
    text: `By Plugboard’s own convention, not TextMarks’, it was signed with the private token at ${at}.`
  }
}

const signedNames = ['phone', 'keyword', 'action', 'text']

function conventionSignature(token: string, seconds: string, query: URLSearchParams): string {
  return `${seconds}.${hmacHex('sha1', token, signedText(seconds, query))}`
}

function signedText(seconds: string, query: URLSearchParams): string {
  return [seconds, ...signedNames.map(name => query.get(name) ?? '')].join('.')
}

function sample(
  id: string,
  action: string,
  schema: z.ZodType,
  label: string,
  help: string
): { card: ProviderCard['samples'][number]; build: Sample['build'] } {
  const { fields } = formOf(schema)
  const build: Sample['build'] = (values, now, known) => {
    const filled = { text: '', ...fillSample(fields, values), action }
    const [, names = ''] = callbackTemplate('').split('?')
    const query = new URLSearchParams(
      [...new URLSearchParams(names)].map(([name, token]) => [name, valueOf(token, filled)])
    )
    const token = Object.entries(known?.secrets ?? {}).find(([name]) => /(^|\.)privateToken$/.test(name))?.[1]
    if (token !== undefined) {
      const seconds = String(Math.floor(now.getTime() / 1000))
      query.set(conventionName, conventionSignature(token, seconds, query))
    }
    return { method: 'GET', query: query.toString(), headers: [['Accept', '*/*']], body: '' }
  }
  return { card: { id, label, help, fields }, build }
}

/** Nothing in such a call names the message: its person does. The numbers from 555-0100 to 0199 belong to nobody. */
function varied(n: number): Record<string, string> {
  return { userId: String(4_789_234 + n), phone: `+1202555${String(100 + ((23 + n) % 100)).padStart(4, '0')}` }
}

function valueOf(token: string, values: Record<string, string>): string {
  const part = tokens[token.slice(1)]?.part
  return (part !== undefined && values[part]) || ''
}
