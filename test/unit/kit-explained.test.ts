import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { Captured, Judgement } from '../../src/main/providers/contract.ts'
import { textMarksCallbacks } from '../../src/main/providers/textmarks/callbacks.ts'
import { twilioDialect } from '../../src/main/providers/kit/twilio.ts'
import { signTwilio } from '../../src/main/providers/kit/twilio-signature.ts'
import { newKeyPair } from '../../src/main/providers/kit/signatures/ed25519.ts'
import { verifyByScheme } from '../../src/main/providers/kit/signatures/schemes.ts'
import {
  signStandardWebhook,
  verifyStandardWebhook
} from '../../src/main/providers/kit/signatures/standard-webhooks.ts'
import { signTelnyx, verifyTelnyx } from '../../src/main/providers/kit/signatures/telnyx.ts'

const valueOf = (judgement: Judgement, label: string) =>
  judgement.details?.find(detail => detail.label === label)?.value

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')

function captured(headers: HeaderPair[], body: string, receivedMs: number, target = '/in/x'): Captured {
  return { method: 'POST', target, headers, body: Buffer.from(body, 'utf8'), receivedMs }
}

describe('Standard Webhooks', () => {
  // The official vector of the specification's libraries.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const at = 1_614_265_330
  const body = '{"test": 2432232314}'
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

  function verify(
    change: { body?: string; signature?: string; late?: number; keys?: string[]; without?: string } = {}
  ) {
    const headers: HeaderPair[] = [
      ['webhook-id', id],
      ['webhook-timestamp', String(at)],
      ['webhook-signature', change.signature ?? signature]
    ]
    const kept = headers.filter(([name]) => name !== change.without)
    const received = (at + (change.late ?? 3)) * 1_000
    return verifyStandardWebhook(captured(kept, change.body ?? body, received), change.keys ?? [secret])
  }

  test('what is valid says which bytes were signed, when, and with which of the keys', () => {
    const judged = verify({ keys: ['whsec_plJ3nmyCDGBKInavdOK15jsl', secret] })
    expect(judged.verdict).toBe('valid')
    expect(valueOf(judged, 'Signature in')).toBe('webhook-signature')
    expect(valueOf(judged, 'Signed is')).toBe(`“${id}.${at}.” and the 20 bytes of the body`)
    expect(valueOf(judged, 'SHA-256 of that')).toBe(sha256(`${id}.${at}.${body}`))
    expect(valueOf(judged, 'Signed at')).toBe('2021-02-25T15:02:10.000Z')
    expect(valueOf(judged, 'Clock')).toContain('3 s from signing to receipt')
    expect(valueOf(judged, 'Key')).toBe('number 2 that was entered: an older one matches, of 2')
  })

  test.each([
    ['a flipped byte', '{"test": 2432232315}', undefined],
    ['a line end', `${body}\n`, 'without the line end after it'],
    ['JSON written anew', '{"test":2432232314}', 'as JSON with a blank after colons and commas'],
    ['a byte order mark', `\uFEFF${body}`, 'without the byte order mark before it']
  ])('a body with %s is invalid, and where it can be told, what was done to it', (_name, changed, what) => {
    const judged = verify({ body: changed })
    expect(judged.verdict).toBe('invalid')
    expect(judged.text).toContain('the body was changed on the way')
    const told = what && `The body was changed after it was signed: it would be valid ${what}.`
    expect(valueOf(judged, 'What is wrong')).toBe(told)
    expect(judged.text).toContain(told ?? 'signed with another secret')
  })

  test('a time that is not accepted is told apart from a signature that is wrong', () => {
    const late = verify({ late: 301 })
    expect(late.verdict).toBe('invalid')
    expect(valueOf(late, 'What is wrong')).toBe('The signature itself is right: only its time is not accepted.')
    expect(valueOf(late, 'Clock')).toContain('301 s from signing')
    expect(valueOf(verify({ late: -400 }), 'Clock')).toContain('−400 s')
    expect(valueOf(verify({ late: 301, body: 'x' }), 'What is wrong')).toContain('does not fit either')
  })

  test('a key of another kind, a header of another kind and a key that is missing are named', () => {
    const { publicKey, privateKey } = newKeyPair()
    const message = { id, timestampSeconds: at, body: Buffer.from(body) }
    const asymmetric = signStandardWebhook(message, `whsk_${privateKey}`)
    expect(valueOf(verify({ signature: asymmetric }), 'What is wrong')).toContain('a public key (whpk_…) is for')
    expect(valueOf(verify({ keys: [`whpk_${publicKey}`] }), 'What is wrong')).toContain('a secret (whsec_…) is for')
    expect(valueOf(verify({ signature: 'v2,AAAA' }), 'What is wrong')).toContain('v1 or v1a')
    const headers: HeaderPair[] = [['X-Hub-Signature-256', 'sha256=aa']]
    const other = verifyStandardWebhook(captured(headers, body, 0), [secret])
    expect(other.verdict).toBe('missing')
    expect(valueOf(other, 'Headers that look like a signature')).toBe('X-Hub-Signature-256')
    expect(valueOf(verify({ keys: [] }), 'Signed is')).toContain('20 bytes')
  })

  test('no key, and nothing of the body but its length and hash, is in an explanation', () => {
    const all = [verify(), verify({ body: `${body}\n` }), verify({ keys: [] }), verify({ late: 999 })]
    const text = JSON.stringify(all)
    for (const never of [secret.slice(6), '2432232314']) expect(text).not.toContain(never)
  })
})

test('Telnyx: the same, with its own separator and the published key', () => {
  const privateKey = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const publicKey = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
  const body = '{"data":{"event_type":"message.received"}}'
  const signature = 'U7Gs6ZsEIF207pe/xlItu4QXWLClJtWZULP4fsPzFnttge/eqbNZQAOXu++DQU56V94WuIt88sl17HaVrUk6BA=='
  expect(signTelnyx(1_576_000_000, Buffer.from(body), privateKey.toString('base64'))).toBe(signature)
  const verify = (text: string, ms = 1_576_000_000_000) =>
    verifyTelnyx(
      captured(
        [
          ['telnyx-timestamp', '1576000000'],
          ['Telnyx-Signature-Ed25519', signature]
        ],
        text,
        ms
      ),
      [publicKey]
    )
  expect(valueOf(verify(body), 'SHA-256 of that')).toBe(sha256(`1576000000|${body}`))
  expect(valueOf(verify(`${body}\r\n`), 'What is wrong')).toContain('without the line end after it')
  expect(valueOf(verify(body, 0), 'What is wrong')).toContain('only its time is not accepted')
  const own = newKeyPair()
  const headers: HeaderPair[] = [
    ['telnyx-timestamp', '1576000000'],
    ['telnyx-signature-ed25519', signTelnyx(1_576_000_000, Buffer.from(body), own.privateKey)]
  ]
  const sample = verifyByScheme('telnyx', captured(headers, body, 1_576_000_000_000), { key: publicKey, samples: own })
  expect(sample.verdict).toBe('valid')
  expect(valueOf(sample, 'Signed is')).toContain('“1576000000|”')
})

describe('Twilio', () => {
  const dialect = twilioDialect()
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const params: [string, string][] = [
    ['CallSid', 'CA1234567890ABCDE'],
    ['Caller', '+14158675309'],
    ['Digits', '1234'],
    ['From', '+14158675309'],
    ['To', '+18005551212']
  ]
  // The official vector of twilio-node.
  const official = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
  const secrets = { auth_token: '12345' }

  function verify(form: [string, string][], more: { signature?: string; url?: string; otherUrls?: string[] } = {}) {
    const headers: HeaderPair[] = [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['X-Twilio-Signature', more.signature ?? official]
    ]
    const call = captured(headers, new URLSearchParams(form).toString(), 0)
    return dialect.verify(call, { url: more.url ?? url, otherUrls: more.otherUrls ?? [], secrets })
  }

  test('what is valid says over which address and how many fields, and their hash', () => {
    const judged = verify(params)
    expect(judged.verdict).toBe('valid')
    expect(valueOf(judged, 'Address')).toBe(url)
    expect(valueOf(judged, 'Signed is')).toBe('the address and the names and values of 5 fields, sorted')
    const text = url + params.map(([name, value]) => name + value).join('')
    expect(valueOf(judged, 'SHA-256 of that')).toBe(sha256(text))
    expect(valueOf(judged, 'Addresses tried')).toContain('https://mycompany.com:443/myapp.php')
  })

  test('an added field, a changed one and another address are told apart', () => {
    const added = verify([...params, ['debug', '1']])
    expect(valueOf(added, 'What is wrong')).toContain('it would be valid without the field debug.')
    const changed = verify(params.map(([name, value]) => [name, value.replace('1234', '1235')]))
    expect(changed.verdict).toBe('invalid')
    expect(valueOf(changed, 'What is wrong')).toBeUndefined()
    const spaced = params.map(([name, value]): [string, string] => [name, value.replace('+', ' ')])
    expect(valueOf(verify(spaced), 'What is wrong')).toContain('with plus signs where blanks are')
    const elsewhere = verify(params, { url: 'http://127.0.0.1:4700/in/k', otherUrls: [url] })
    expect(valueOf(elsewhere, 'Would be valid with')).toBe(url)
    expect(elsewhere.text).toContain(`It would be valid with the URL ${url}`)
  })

  test('a body that does not have the hash of its address, where the address is signed right', () => {
    const body = '{"property": "value", "boolean": true}'
    const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
    const withHash = `${url}&bodySHA256=${hash}`
    const headers: HeaderPair[] = [
      ['Content-Type', 'application/json'],
      ['X-Twilio-Signature', 'a9nBmqA0ju/hNViExpshrM61xv4=']
    ]
    const judged = (text: string) => dialect.verify(captured(headers, text, 0), { url: withHash, secrets })
    expect(judged(body).verdict).toBe('valid')
    expect(valueOf(judged(body), 'SHA-256 of the body')).toBe(hash)
    expect(valueOf(judged(`${body} `), 'What is wrong')).toContain('the body was changed after that')
  })

  test('no token and no password of an address is in an explanation', () => {
    const secret = 'https://user:canary@mycompany.com/x'
    const signature = signTwilio('12345', secret, params)
    const text = JSON.stringify([verify(params, { url: secret, signature }), verify(params, { url: secret })])
    expect(text).not.toContain('canary')
    expect(text).not.toContain('"12345"')
  })
})

test('TextMarks: by the own convention it says what is signed, and how old it is', () => {
  const [sample] = textMarksCallbacks.samples
  const secrets = { 'settings.p1.privateToken': 'canary-token' }
  const query = sample?.build({}, new Date(1_700_000_000_000), { url: 'http://x', secrets }).query
  const call = captured([], '', 1_700_000_400_000, `/in/k?${query}`)
  const judged = textMarksCallbacks.verify({ ...call, method: 'GET' }, { url: null, secrets })
  expect(judged.verdict).toBe('invalid')
  expect(valueOf(judged, 'Signed is')).toBe('the time and phone, keyword, action, text, joined by dots')
  expect(valueOf(judged, 'Clock')).toContain('400 s from signing')
  expect(JSON.stringify(judged)).not.toContain('canary-token')
})
