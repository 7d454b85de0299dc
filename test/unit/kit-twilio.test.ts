import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Captured } from '../../src/main/providers/contract.ts'
import { twilioSampleCards } from '../../src/main/providers/kit/twilio-samples.ts'
import { bodyHashHolds, signedUrlOf, signTwilio, urlVariants } from '../../src/main/providers/kit/twilio-signature.ts'
import { twilioDialect } from '../../src/main/providers/kit/twilio.ts'

const dialect = twilioDialect()
const official = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const call = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212'
}
const jsonBody = '{"property": "value", "boolean": true}'
const jsonHash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const emptyHash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
const secrets = { 'settings.pro-1.auth_token': '12345' }

function form(fields: Record<string, string | string[]>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map(one => [name, one]))
  return new URLSearchParams(pairs).toString()
}

function posted(body: string, signature?: string, type = 'application/x-www-form-urlencoded'): Captured {
  const headers: Captured['headers'] = [['Content-Type', type]]
  if (signature !== undefined) headers.push(['x-twilio-SIGNATURE', signature])
  return { method: 'POST', target: '/in/key', headers, body: new TextEncoder().encode(body), receivedMs: 0 }
}

test.each([
  ['as it is', official, form(call), 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ['https, called with :443', official, form(call), 'kvajT1Ptam85bY51eRf/AJRuM3w='],
  ['http, called with :80', official.replace('https', 'http'), form(call), '0ZXoZLH/DfblKGATFgpif+LLRf4='],
  [
    'http with a port of its own',
    'http://mycompany.com:1234/myapp.php?foo=1&bar=2',
    form(call),
    'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='
  ],
  [
    'https with a port that was not signed',
    'https://mycompany.com:1234/myapp.php?foo=1&bar=2',
    form(call),
    'RSOYDt4T1cUTdK1PDd93/VVr8B8='
  ],
  [
    'user and password',
    'https://user:pass@mycompany.com/myapp.php?foo=1&bar=2',
    form(call),
    'CukzLTc1tT5dXEDIHm/tKBanW10='
  ],
  ['an apostrophe', `${official}&Body=It's+amazing`, form(call), 'TfZzewPq8wqrGlMfyAud8+/IvJ0='],
  [
    'a name with several values',
    official,
    form({ 'MessagingBinding.Address': ['+1415xxxxxxx', '+1325xxxxxxx'] }),
    '83O6e2vORAoJHUNzJjDWN1jz+BA='
  ],
  [
    'a value that is there twice',
    official,
    form({ Sid: 'CA123', SidAccount: 'AC123', Digits: ['5678', '1234', '1234'] }),
    'IK+Dwps556ElfBT0I3Rgjkr1wJU='
  ]
])('official vector, a form: %s', (_name, url, body, signature) => {
  expect(dialect.verify(posted(body, signature), { url, secrets })).toMatchObject({ verdict: 'valid' })
  const others = [{ url: `${url}x` }, { secrets: { auth_token: '12346' } }]
  for (const other of others) {
    expect(dialect.verify(posted(body, signature), { url, secrets, ...other }).verdict).toBe('invalid')
  }
  expect(dialect.verify(posted(`${body}&more=1`, signature), { url, secrets }).verdict).toBe('invalid')
})

test.each([
  ['with a query', `${official}&bodySHA256=${jsonHash}`, jsonBody, 'a9nBmqA0ju/hNViExpshrM61xv4='],
  ['alone', `https://mycompany.com/myapp.php?bodySHA256=${jsonHash}`, jsonBody, 'y77kIzt2vzLz71DgmJGsen2scGs='],
  ['empty, called with :443', `${official}&bodySHA256=${emptyHash}`, '{}', 'Ldidvp12m26NI7eqEvxnEpkd9Hc=']
])('official vector, JSON with its hash in the URL: %s', (_name, url, body, signature) => {
  const json = (text: string) => posted(text, signature, 'application/json')
  expect(dialect.verify(json(body), { url, secrets })).toMatchObject({ verdict: 'valid' })
  const changed = dialect.verify(json(body.replace('{', '{ ')), { url, secrets })
  expect(changed).toMatchObject({ verdict: 'invalid', text: expect.stringContaining('does not have the SHA-256') })
  expect(bodyHashHolds(url, new TextEncoder().encode(body))).toBe(true)
})

test('vectors shaped like SMS, an empty value and text beyond ASCII among them', () => {
  const authToken = '0123456789abcdef0123456789abcdef'
  const account = `AC${'0'.repeat(32)}`
  const one = `SM${'1'.repeat(32)}`
  const two = `SM${'2'.repeat(32)}`
  const inbound = {
    AccountSid: account,
    ApiVersion: '2010-04-01',
    Body: 'Hello, wörld & 100% +1',
    From: '+14155550100',
    FromCity: '',
    FromCountry: 'US',
    MessageSid: one,
    SmsMessageSid: one,
    SmsSid: one,
    NumMedia: '0',
    NumSegments: '1',
    SmsStatus: 'received',
    To: '+14155550199'
  }
  const status = {
    AccountSid: account,
    ApiVersion: '2010-04-01',
    From: '+14155550199',
    MessageSid: two,
    SmsSid: two,
    MessageStatus: 'delivered',
    SmsStatus: 'delivered',
    To: '+14155550100'
  }
  const sign = (url: string, fields: Record<string, string>) => signTwilio(authToken, url, Object.entries(fields))
  expect(sign('https://example.com/webhooks/twilio/sms?tenant=7', inbound)).toBe('thED+plxwe97vJMLNzGRf67RvQo=')
  expect(sign('https://example.com/webhooks/twilio/status', status)).toBe('x2z7HZxoGsbwrzWHiPYXbf3k5qQ=')
  expect(dialect.decode(posted(form(inbound)))).toMatchObject({
    event: 'inbound-sms',
    title: 'SMS from +14155550100: Hello, wörld & 100% +1'
  })
  expect(
    dialect.decode(posted(form({ ...status, ErrorCode: '30003', MessageStatus: 'undelivered', New: 'x' })))
  ).toMatchObject({
    event: 'status-undelivered',
    title: 'SMS to +14155550100 was not delivered (error 30003)',
    fields: expect.arrayContaining([
      { name: 'ErrorCode', label: 'Error code', value: '30003', help: expect.any(String) },
      { name: 'New', label: 'New', value: 'x' }
    ])
  })
})

test('the query as Twilio used to write it is tried too', () => {
  const called = 'https://example.com/x?b=a%20b&a=%28x%29'
  const legacy = 'https://example.com/x?b=a%20b&a=(x)'
  expect(urlVariants(called)).toContain(legacy)
  const signature = signTwilio('12345', legacy, [])
  expect(signedUrlOf(signature, { authToken: '12345', urls: urlVariants(called), form: [] })).toBe(legacy)
})

test('the verdict says why', () => {
  const body = form(call)
  const good = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
  const verify = (captured: Captured, known: Partial<Parameters<typeof dialect.verify>[1]> = {}) =>
    dialect.verify(captured, { url: official, secrets, ...known })
  expect(verify(posted(body))).toEqual({ verdict: 'missing', text: expect.stringContaining('X-Twilio-Signature') })
  expect(verify(posted(body, good), { secrets: {} })).toMatchObject({ verdict: 'no-secret' })
  expect(verify(posted(body, good), { secrets: { api_key: '12345' } })).toMatchObject({ verdict: 'no-secret' })
  expect(verify(posted(body, good), { url: null })).toMatchObject({ verdict: 'no-secret' })
  for (const odd of ['', 'x', good.slice(0, -1), `${good}=`, `${good} `]) {
    expect(verify(posted(body, odd))).toMatchObject({ verdict: 'invalid', text: expect.stringContaining('malformed') })
  }
  expect(verify(posted(body, good)).text).toContain(official)
  const both = { 'settings.pro-1.auth_token': 'another', auth_token: '12345' }
  expect(verify(posted(body, good), { secrets: both })).toMatchObject({ verdict: 'valid' })
  expect(verify(posted('{}', good, 'application/json')).text).toContain('bodySHA256')
  const password = verify(posted(body, good), { url: 'https://user:hunter2@example.com/' })
  expect(JSON.stringify(password)).not.toContain('hunter2')
})

test('behind a tunnel it says with which address the signature would be valid', () => {
  const captured = posted(form(call), signTwilio('12345', 'https://x.tunnel.example/in/key', Object.entries(call)))
  captured.headers.push(['X-Forwarded-Host', 'x.tunnel.example'])
  const judged = dialect.verify(captured, { url: 'http://127.0.0.1:4700/in/key', secrets })
  expect(judged).toMatchObject({
    verdict: 'invalid',
    text: expect.stringContaining('It would be valid with the URL https://x.tunnel.example/in/key:')
  })
})

test('of a signature one flipped bit is invalid, wherever it is', () => {
  const good = Buffer.from('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
  for (let bit = 0; bit < good.length * 8; bit += 1) {
    const bytes = Buffer.from(good)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const { verdict } = dialect.verify(posted(form(call), bytes.toString('latin1')), { url: official, secrets })
    expect(verdict).toBe('invalid')
  }
})

test('samples are signed for where they go when a token is known, and are unsigned else', () => {
  const url = 'http://127.0.0.1:4700/in/key?x=1'
  expect(dialect.samples.map(one => one.id)).toEqual(twilioSampleCards.map(one => one.id))
  for (const sample of dialect.samples) {
    const build = (known?: Parameters<typeof sample.build>[2]) => {
      const { method, headers, body } = sample.build({ to: '+4915112345678' }, new Date(0), known)
      return { method, target: '/in/key?x=1', headers, body: new TextEncoder().encode(body), receivedMs: 0 }
    }
    const signed = build({ url, secrets })
    expect(dialect.verify(signed, { url, secrets })).toMatchObject({ verdict: 'valid' })
    expect(dialect.verify(build(), { url, secrets })).toMatchObject({ verdict: 'missing' })
    expect(dialect.verify(build({ url, secrets: {} }), { url, secrets })).toMatchObject({ verdict: 'missing' })
    expect(dialect.decode(signed)?.fields).toContainEqual(expect.objectContaining({ value: '+4915112345678' }))
  }
})

test('names of other secrets can be told', () => {
  const own = twilioDialect({ secretNames: ['password'] })
  const known = { url: official, secrets: { 'settings.pro-9.password': '12345' } }
  expect(own.settingSecrets).toEqual(['password'])
  expect(own.verify(posted(form(call), 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), known).verdict).toBe('valid')
})

test('what is no callback of Twilio’s is not decoded', () => {
  for (const body of ['', 'a=b', '{}', '[]', 'SmsSid=1', `MessageSid=SM${'g'.repeat(32)}`]) {
    expect(dialect.decode(posted(body))).toBeUndefined()
  }
  expect(createHash('sha256').update('{}').digest('hex')).toBe(emptyHash)
})
