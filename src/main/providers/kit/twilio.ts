// Twilio: inbound SMS and status callbacks, as they come to a customer whose provider sends through a Twilio account.
// Source: Twilio's webhook pages and twilio-node, as summed up in providers/webhook-signatures.md §1–3.
// Not tested against the live service: which parameters a status callback has beside the documented ones.

import { Fault } from '#shared/faults.ts'
import type { DecodedCallback, HeaderPair } from '#shared/model/callback.ts'
import type { CallbackDialect, Captured, Judgement } from '../contract.ts'
import { headerOf } from './answer-headers.ts'
import { fieldsOfCallback, textOfField } from './callback-body.ts'
import { explainTwilio } from './twilio-explained.ts'
import { formOf } from './twilio-form.ts'
import { twilioSamples } from './twilio-samples.ts'
import { bodyHashHolds, signedUrlOf, signTwilio, urlVariants } from './twilio-signature.ts'

type Fields = Record<string, unknown>

const labels: Record<string, string | { label: string; help: string }> = {
  From: 'From',
  To: 'To',
  Body: 'Text',
  MessageStatus: { label: 'Status', help: 'delivered is final; failed and undelivered come with an error code.' },
  ErrorCode: {
    label: 'Error code',
    help: 'Twilio’s number for what went wrong; its documentation has a page for each.'
  },
  SmsStatus: { label: 'SMS status', help: 'received for a message that came in.' },
  OptOutType: { label: 'Opt-out', help: 'STOP, START or HELP, where Twilio answers such words itself.' },
  NumMedia: 'Attachments',
  NumSegments: 'Parts',
  RawDlrDoneDate: { label: 'Delivered at', help: 'As the carrier wrote it: year, month, day, hour and minute.' },
  MessageSid: 'Message ID',
  MessagingServiceSid: 'Messaging service',
  AccountSid: 'Twilio account',
  FromCity: 'From: city',
  FromState: 'From: state',
  FromZip: 'From: postal code',
  FromCountry: 'From: country',
  ToCity: 'To: city',
  ToState: 'To: state',
  ToZip: 'To: postal code',
  ToCountry: 'To: country',
  ApiVersion: 'API version'
}

/**
 * The dialect of a provider whose accounts send through Twilio. in: secretNames: which secrets may hold the Auth Token,
 * credentials by their name and secret settings by the name of the setting; without it `auth_token`.
 */
export function twilioDialect(options: { secretNames?: string[] } = {}): CallbackDialect {
  const { secretNames = ['auth_token'] } = options
  return {
    decode(captured) {
      const fields = fieldsOfCallback(captured)
      if (!fields || !/^(SM|MM)[0-9a-f]{32}$/i.test(textOfField(fields['MessageSid'] ?? fields['SmsSid']))) {
        return undefined
      }
      return textOfField(fields['MessageStatus']) === '' ? decodeInbound(fields) : decodeStatus(fields)
    },
    verify: (captured, { url, otherUrls = [], secrets }) =>
      explainTwilio(judge(captured, { url, otherUrls, tokens: tokensIn(secrets, secretNames) }), captured, {
        url,
        tokens: tokensIn(secrets, secretNames)
      }),
    sign: (captured, { url, secrets }) => sign(captured, url, tokensIn(secrets, secretNames)[0]),
    answer: {
      status: 200,
      headers: [['Content-Type', 'text/xml; charset=utf-8']],
      body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    },
    samples: twilioSamples(secrets => tokensIn(secrets, secretNames)[0]),
    settingSecrets: secretNames
  }
}

/** The secrets that may be an Auth Token: each value once. */
function tokensIn(secrets: Record<string, string>, names: string[]): string[] {
  const own = Object.entries(secrets).filter(([name]) => names.includes(name.split('.').at(-1) ?? ''))
  return [...new Set(own.map(([, value]) => value).filter(value => value !== ''))]
}

type Basis<Url> = { url: Url; otherUrls: string[]; tokens: string[] }

function judge(captured: Captured, { url, otherUrls, tokens }: Basis<string | null>): Judgement {
  const signature = headerOf(captured.headers, 'x-twilio-signature')
  if (signature === undefined) {
    return { verdict: 'missing', text: 'There is no X-Twilio-Signature header: Twilio signs every request.' }
  }
  if (tokens.length === 0) {
    return {
      verdict: 'no-secret',
      text: 'The X-Twilio-Signature header cannot be checked: no Auth Token of this account is in the vault.'
    }
  }
  if (url === null) {
    return {
      verdict: 'no-secret',
      text: 'The X-Twilio-Signature header cannot be checked: the address that Twilio called is not known.'
    }
  }
  if (!/^[A-Za-z0-9+/]{27}=$/.test(signature)) {
    return { verdict: 'invalid', text: 'The X-Twilio-Signature header is malformed: it must be base64 of 20 bytes.' }
  }
  return judgeSignature(captured, signature, { url, otherUrls, tokens })
}

function judgeSignature(captured: Captured, signature: string, { url, otherUrls, tokens }: Basis<string>): Judgement {
  const hash = bodyHashHolds(url, captured.body)
  if (hash === false) {
    return { verdict: 'invalid', text: `The body does not have the SHA-256 that stands in the URL as bodySHA256.` }
  }
  const form = hash === true ? [] : formOf(captured)
  if (form === undefined) {
    return {
      verdict: 'invalid',
      text: `The body is not a form and the URL ${shown(url)} has no bodySHA256: no signature covers the body.`
    }
  }
  const find = (urls: string[]) =>
    tokens.flatMap(authToken => signedUrlOf(signature, { authToken, urls, form }) ?? [])[0]
  const signed = find(urlVariants(url))
  if (signed !== undefined) {
    return { verdict: 'valid', text: `The X-Twilio-Signature header is right for the URL ${shown(signed)}.` }
  }
  const other = find([...otherUrls, ...otherAddresses(url, captured)].flatMap(urlVariants))
  const advice =
    other === undefined
      ? 'Either the address that Twilio called or the Auth Token is another one, or the request was changed.'
      : `It would be valid with the URL ${shown(other)}: enter that as the public URL of the endpoint.`
  const many = tokens.length === 1 ? 'the Auth Token' : `any of the ${tokens.length} Auth Tokens`
  return {
    verdict: 'invalid',
    text: `The X-Twilio-Signature header is not that of the URL ${shown(url)} with ${many} of this account. ${advice}`,
    ...(other !== undefined && { details: [{ label: 'Would be valid with', value: shown(other) }] })
  }
}

/** A signature holds for one URL, and without a body hash in that URL for a form only. */
function sign(captured: Captured, url: string, token: string | undefined): HeaderPair[] {
  if (token === undefined) {
    throw new Fault('secret-missing', {
      message: 'It cannot be signed: no Auth Token of this account is in the vault.'
    })
  }
  const hash = bodyHashHolds(url, captured.body)
  const form = hash === true ? [] : formOf(captured)
  if (hash === false || form === undefined) {
    throw new Fault('unsupported', {
      message:
        hash === false
          ? 'It cannot be signed: the URL holds the SHA-256 of another body as bodySHA256.'
          : 'It cannot be signed: Twilio signs forms, and other bodies only by a bodySHA256 in the URL.',
      advice: 'Send it without a new signature, or leave the body as it was.',
      field: 'resign'
    })
  }
  return [['X-Twilio-Signature', signTwilio(token, url, form)]]
}

/** Where a tunnel or a proxy hides the address that was called: its own headers, and the other scheme. */
function otherAddresses(url: string, { headers }: Captured): string[] {
  const parsed = URL.parse(url)
  if (!parsed) return []
  const hosts = [headerOf(headers, 'x-forwarded-host'), headerOf(headers, 'x-original-host'), parsed.host]
  const usable = hosts.flatMap(host => host?.split(',')[0]?.trim() ?? []).filter(host => /^[\w.:[\]-]+$/.test(host))
  const rest = `${parsed.pathname}${parsed.search}`
  return [...new Set(usable)].flatMap(host => [`https://${host}${rest}`, `http://${host}${rest}`])
}

/** A user name and password in an address are not for the screen. */
function shown(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1…@')
}

function decodeInbound(fields: Fields): DecodedCallback {
  const what = Number(textOfField(fields['NumMedia'])) > 0 ? 'MMS' : 'SMS'
  const text = textOfField(fields['Body'])
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text
  const title = `${what} from ${number(fields['From'])}${short === '' ? '' : `: ${short}`}`
  return { event: 'inbound-sms', title, fields: labelled(fields) }
}

function decodeStatus(fields: Fields): DecodedCallback {
  const status = textOfField(fields['MessageStatus']).toLowerCase()
  const code = textOfField(fields['ErrorCode'])
  const end = Object.hasOwn(sentences, status) ? sentences[status] : `has the status ${status}`
  return {
    event: `status-${status.replaceAll(/[^a-z]+/g, '-')}`,
    title: `SMS to ${number(fields['To'])} ${end}${code === '' ? '' : ` (error ${code})`}`,
    fields: labelled(fields)
  }
}

const sentences: Record<string, string> = {
  delivered: 'was delivered',
  read: 'was read',
  sent: 'was handed to the carrier',
  undelivered: 'was not delivered',
  failed: 'could not be sent',
  canceled: 'was cancelled'
}

function number(value: unknown): string {
  const text = textOfField(value)
  return text === '' ? 'an unknown number' : text
}

/** The known fields in their order, then whatever else came. */
function labelled(fields: Fields): DecodedCallback['fields'] {
  const known = Object.keys(labels).filter(name => Object.hasOwn(fields, name))
  const others = Object.keys(fields).filter(name => !Object.hasOwn(labels, name))
  return [...known, ...others].map(name => {
    const words = Object.hasOwn(labels, name) ? labels[name] : undefined
    const value = textOfField(fields[name])
    if (words === undefined || typeof words === 'string') return { name, label: words ?? name, value }
    return { name, label: words.label, value, help: words.help }
  })
}
