import { describe, expect, test } from 'vitest'
import type { HeaderPair, SignatureScheme } from '#shared/model/callback.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { accountRow } from '../helpers/store-rows.ts'

// The published vectors, through the socket, the database and the look, at the time at which they were signed.

const { open } = listening()

type Vector = {
  scheme: SignatureScheme
  key: string
  atMs: number
  headers: HeaderPair[]
  body: string
  /** What follows the endpoint's key, and the address that the sender calls. */
  query?: string
  publicUrl?: string
}

const publicKey = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
const webhook = (id: string, seconds: number, signature: string): HeaderPair[] => [
  ['webhook-id', id],
  ['webhook-timestamp', String(seconds)],
  ['webhook-signature', signature]
]
const standard: Vector = {
  scheme: 'standard-webhooks',
  key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  atMs: 1_614_265_330_000,
  headers: webhook('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='),
  body: '{"test": 2432232314}'
}
const second: Vector = {
  scheme: 'standard-webhooks',
  key: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
  atMs: 1_731_705_121_000,
  headers: webhook('msg_loFOjxBNrRLzqYUf', 1_731_705_121, 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0='),
  body: '{"event_type":"ping","data":{"success":true}}'
}
const asymmetric: Vector = {
  ...standard,
  key: `whpk_${publicKey}`,
  headers: webhook(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    'v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw=='
  )
}
const telnyx: Vector = {
  scheme: 'telnyx',
  key: publicKey,
  atMs: 1_576_000_000_000,
  headers: [
    ['telnyx-timestamp', '1576000000'],
    [
      'Telnyx-Signature-Ed25519',
      'U7Gs6ZsEIF207pe/xlItu4QXWLClJtWZULP4fsPzFnttge/eqbNZQAOXu++DQU56V94WuIt88sl17HaVrUk6BA=='
    ]
  ],
  body: '{"data":{"event_type":"message.received"}}'
}
const twilio: Vector = {
  scheme: 'provider',
  key: '12345',
  atMs: 1_700_000_000_000,
  headers: [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Twilio-Signature', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=']
  ],
  body: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
  query: '?foo=1&bar=2',
  publicUrl: 'https://mycompany.com/myapp.php'
}
const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const twilioJson: Vector = {
  ...twilio,
  headers: [
    ['Content-Type', 'application/json'],
    ['X-Twilio-Signature', 'a9nBmqA0ju/hNViExpshrM61xv4=']
  ],
  body: '{"property": "value", "boolean": true}',
  query: `?foo=1&bar=2&bodySHA256=${hash}`
}
const vectors: [string, Vector][] = [
  ['Standard Webhooks', standard],
  ['Standard Webhooks, the second', second],
  ['Standard Webhooks v1a', asymmetric],
  ['Telnyx', telnyx],
  ['Twilio, a form', twilio],
  ['Twilio, a raw body', twilioJson]
]

/** Sends it as it is, or changed, to a listener of its own. out: what it says of it. */
async function judged(vector: Vector, other: Partial<Vector> = {}) {
  const sent = { ...vector, ...other }
  const { listener, store, port } = await open({
    registry: createRegistry(),
    clock: { ...systemClock, now: () => sent.atMs },
    keyFor: async () => sent.key,
    secretsFor: async () => ({ 'settings.pro-1.auth_token': sent.key })
  })
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba' }))
  const endpoint = listener.addEndpoint({ accountId: 'acc-2', label: 'Signed' })
  const { scheme, publicUrl } = sent
  const change = { scheme, hasNewKey: scheme !== 'provider', ...(publicUrl && { publicUrl }) }
  listener.updateEndpoint({ id: endpoint.id, ...change })
  const rows = listener.watch()
  const lines = sent.headers.map(([name, value]) => `${name}: ${value}`)
  const target = `/in/${endpoint.key}${sent.query ?? ''}`
  expect((await ask(port, rawPost(port, target, sent.body, lines))).status).toBe(200)
  const { id } = await nextOf(rows, row => row.verdict !== null)
  const { verdict, verdictText, verdictDetails } = listener.get(id)
  return { verdict, text: verdictText ?? '', details: JSON.stringify(verdictDetails) }
}

/** One byte of the text at the place becomes another letter or digit. */
function flipped(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`
}

function withHeader({ headers }: Vector, name: RegExp, change: (value: string) => string): HeaderPair[] {
  return headers.map(([each, value]) => [each, name.test(each) ? change(value) : value])
}

describe.each(vectors)('%s', (_name, vector) => {
  test('as it was published it is valid', async () => {
    expect(await judged(vector)).toMatchObject({ verdict: 'valid' })
  })

  test('with one byte of the body flipped it is invalid, and it is said what that means', async () => {
    const { verdict, text } = await judged(vector, { body: flipped(vector.body, vector.body.length - 4) })
    expect(verdict).toBe('invalid')
    expect(text).toMatch(/was changed|bodySHA256/)
  })

  test('with one byte of the signature flipped it is invalid, wherever that is', async () => {
    for (const at of [4, 12, 24]) {
      const headers = withHeader(vector, /signature/i, value => flipped(value, at))
      expect(await judged(vector, { headers })).toMatchObject({
        verdict: 'invalid',
        text: expect.stringMatching(/with another (secret|key)|Auth Token is another one/)
      })
    }
  })

  test('with another key it is invalid, without one it is never valid, and the key is in no word of it', async () => {
    const other = { whsec: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', whpk: `whpk_${'A'.repeat(43)}=` }
    const key = vector.key.startsWith('whsec')
      ? other.whsec
      : vector.key.startsWith('whpk')
        ? other.whpk
        : '9'.repeat(5)
    const wrong = await judged(vector, { key: vector.scheme === 'telnyx' ? `${'A'.repeat(43)}=` : key })
    expect(wrong.verdict).toBe('invalid')
    expect(JSON.stringify(wrong)).not.toContain(vector.key)
    expect(await judged(vector, { key: '' })).toMatchObject({ verdict: 'no-secret' })
  })

  test('without its signature it is missing', async () => {
    const headers = vector.headers.filter(([name]) => !/signature/i.test(name))
    expect(await judged(vector, { headers })).toMatchObject({ verdict: 'missing' })
  })
})

describe.each(vectors.filter(([, { scheme }]) => scheme !== 'provider'))('%s, at another time', (_name, vector) => {
  test.each([301_000, -301_000])('%i ms off it is invalid, and it is said that only the time is wrong', async offMs => {
    const late = await judged(vector, { atMs: vector.atMs + offMs })
    expect(late).toMatchObject({ verdict: 'invalid', text: expect.stringContaining('only its time is not accepted') })
    expect(late.details).toContain('Clock')
  })

  test('just within the tolerance it is valid', async () => {
    for (const offMs of [299_000, -299_000])
      expect(await judged(vector, { atMs: vector.atMs + offMs })).toMatchObject({ verdict: 'valid' })
  })

  test('with another time or id in its header, or a time that is none, it is invalid', async () => {
    const time = withHeader(vector, /timestamp/i, value => String(Number(value) + 1))
    expect(await judged(vector, { headers: time })).toMatchObject({ verdict: 'invalid' })
    const id = withHeader(vector, /-id$|timestamp/i, value => flipped(value, value.length - 1))
    expect(await judged(vector, { headers: id })).toMatchObject({ verdict: 'invalid' })
    const none = withHeader(vector, /timestamp/i, () => 'soon')
    expect(await judged(vector, { headers: none })).toMatchObject({ verdict: 'invalid' })
  })
})

test('Twilio, called by another address: it is said which one would fit', async () => {
  const forwarded: HeaderPair[] = [
    ['X-Forwarded-Host', 'mycompany.com'],
    ['X-Forwarded-Proto', 'https']
  ]
  const { verdict, text } = await judged(twilio, {
    publicUrl: 'https://other.example/myapp.php',
    headers: [...twilio.headers, ...forwarded]
  })
  expect(verdict).toBe('invalid')
  expect(text).toContain('https://mycompany.com/myapp.php?foo=1&bar=2')
})

test('JSON that was written anew on the way, and a line end that was added: it is said what would be valid', async () => {
  expect(await judged(standard, { body: '{"test":2432232314}' })).toMatchObject({
    verdict: 'invalid',
    text: expect.stringContaining('it would be valid as JSON with a blank after colons')
  })
  expect(await judged(second, { body: `${second.body}\n` })).toMatchObject({
    verdict: 'invalid',
    text: expect.stringMatching(/would be valid.*line end/)
  })
})

test('of several keys the one that fits is told, also where it is the old one', async () => {
  const old = await judged(standard, { key: `whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ${standard.key}` })
  expect(old).toMatchObject({ verdict: 'valid', text: expect.stringContaining('with secret 2 of 2') })
})
