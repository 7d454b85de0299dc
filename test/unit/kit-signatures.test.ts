import { describe, expect, test } from 'vitest'
import type { HeaderPair } from '../../src/shared/model/callback.ts'
import type { Captured } from '../../src/main/providers/contract.ts'
import {
  signStandardWebhook,
  verifyStandardWebhook
} from '../../src/main/providers/kit/signatures/standard-webhooks.ts'
import { signTelnyx, verifyTelnyx } from '../../src/main/providers/kit/signatures/telnyx.ts'

const privateKey = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex').toString(
  'base64'
)
const publicKey = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='

const official = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
}
const second = {
  secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
  id: 'msg_loFOjxBNrRLzqYUf',
  timestamp: 1731705121,
  body: '{"event_type":"ping","data":{"success":true}}',
  signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0='
}
const asymmetric = {
  ...official,
  secret: `whpk_${publicKey}`,
  signature: 'v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw=='
}

function captured(headers: HeaderPair[], body: string): Captured {
  return { method: 'POST', target: '/in/x', headers, body: Buffer.from(body, 'utf8'), receivedMs: 0 }
}

const at = (call: Captured, receivedMs: number): Captured => ({ ...call, receivedMs })

function standard(vector: typeof official, change: Partial<typeof official> & { prefix?: string } = {}): Captured {
  const { id, timestamp, body, signature, prefix } = { prefix: 'webhook', ...vector, ...change }
  return captured(
    [
      [`${prefix}-Id`, id],
      [`${prefix}-timestamp`, String(timestamp)],
      [`${prefix}-signature`, signature]
    ],
    body
  )
}

describe('Standard Webhooks', () => {
  test.each([
    ['the official vector', official],
    ['the second vector', second],
    ['v1a with a public key', asymmetric]
  ])('%s is valid', (_name, vector) => {
    expect(verifyStandardWebhook(at(standard(vector), vector.timestamp * 1000), [vector.secret]).verdict).toBe('valid')
  })

  test('the signer gives the vectors', () => {
    for (const { id, timestamp, body, secret, signature } of [official, second]) {
      expect(signStandardWebhook({ id, timestampSeconds: timestamp, body: Buffer.from(body) }, secret)).toBe(signature)
    }
    const message = { id: official.id, timestampSeconds: official.timestamp, body: Buffer.from(official.body) }
    expect(signStandardWebhook(message, `whsk_${privateKey}`)).toBe(asymmetric.signature)
  })

  test('svix headers, a secret without prefix or padding, and a signature that stands third are taken', () => {
    const list = `v1,bm90IHRoaXM= v2,x ${official.signature}`
    const bare = official.secret.slice('whsec_'.length)
    const call = standard(official, { prefix: 'svix', signature: list })
    expect(verifyStandardWebhook(at(call, official.timestamp * 1000), ['', 'whsec_b2xk', bare])).toMatchObject({
      verdict: 'valid',
      text: expect.stringContaining('secret 2 of 2')
    })
  })

  test.each([0, 5, 19])('one flipped byte at %d is invalid', index => {
    const body = Buffer.from(official.body)
    body[index] = (body[index] ?? 0) ^ 1
    const call = { ...standard(official), body }
    expect(verifyStandardWebhook(at(call, official.timestamp * 1000), [official.secret])).toMatchObject({
      verdict: 'invalid',
      text: expect.stringContaining('changed')
    })
  })

  test.each([
    ['another secret', [second.secret], {}, 'another secret'],
    ['no time', [official.secret], { timestamp: 'soon' as unknown as number }, 'no time'],
    ['an empty signature', [official.secret], { signature: 'v1,' }, 'The signature in webhook-signature does not fit'],
    [
      'a signature that was cut',
      [official.secret],
      { signature: official.signature.slice(0, 20) },
      'The signature in webhook-signature does not fit'
    ]
  ])('%s is invalid and says why', (_name, keys, change, words) => {
    const judgement = verifyStandardWebhook(at(standard(official, change), official.timestamp * 1000), keys)
    expect(judgement).toMatchObject({ verdict: 'invalid', text: expect.stringContaining(words) })
    expect(judgement.text).not.toContain(official.secret.slice(6))
  })

  test.each([
    [301_000, 'old'],
    [-301_000, 'ahead']
  ])('a clock that is off by %d ms is invalid', (skewMs, words) => {
    const judgement = verifyStandardWebhook(at(standard(official), official.timestamp * 1000 + skewMs), [
      official.secret
    ])
    expect(judgement).toMatchObject({ verdict: 'invalid', text: expect.stringContaining(words) })
    const within = official.timestamp * 1000 + Math.sign(skewMs) * 300_000
    expect(verifyStandardWebhook(at(standard(official), within), [official.secret]).verdict).toBe('valid')
  })

  test('a missing header and a missing secret are told apart', () => {
    for (const { 0: name } of standard(official).headers) {
      const call = standard(official)
      call.headers = call.headers.filter(pair => pair[0] !== name)
      expect(verifyStandardWebhook(at(call, official.timestamp * 1000), [official.secret]).verdict).toBe('missing')
    }
    expect(verifyStandardWebhook(at(standard(official), official.timestamp * 1000), ['']).verdict).toBe('no-secret')
  })
})

describe('Telnyx', () => {
  const body = '{"data":{"event_type":"message.received"}}'
  const timestamp = 1576000000
  const signature = 'U7Gs6ZsEIF207pe/xlItu4QXWLClJtWZULP4fsPzFnttge/eqbNZQAOXu++DQU56V94WuIt88sl17HaVrUk6BA=='
  const call = (change: { body?: string; signature?: string; timestamp?: string } = {}) =>
    captured(
      [
        ['Telnyx-Signature-Ed25519', change.signature ?? signature],
        ['Telnyx-Timestamp', change.timestamp ?? String(timestamp)]
      ],
      change.body ?? body
    )

  test('the vector is valid, and the signer gives it', () => {
    expect(verifyTelnyx(at(call(), timestamp * 1000), ['no key', publicKey]).verdict).toBe('valid')
    expect(signTelnyx(timestamp, Buffer.from(body), privateKey)).toBe(signature)
  })

  test.each([
    ['a changed body', { body: body.replace('received', 'receivee') }, 'changed'],
    ['half a signature', { signature: signature.slice(0, 40) }, 'does not fit'],
    ['another time', { timestamp: String(timestamp + 1) }, 'does not fit'],
    ['no time', { timestamp: 'x' }, 'no time']
  ])('%s is invalid and says why', (_name, change, words) => {
    expect(verifyTelnyx(at(call(change), timestamp * 1000), [publicKey])).toMatchObject({
      verdict: 'invalid',
      text: expect.stringContaining(words)
    })
  })

  test('old, unsigned and without a key are told apart', () => {
    expect(verifyTelnyx(at(call(), timestamp * 1000 + 301_000), [publicKey]).verdict).toBe('invalid')
    expect(verifyTelnyx(at(captured([], body), 0), [publicKey]).verdict).toBe('missing')
    expect(verifyTelnyx(at(call(), timestamp * 1000), []).verdict).toBe('no-secret')
  })
})
