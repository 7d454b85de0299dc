import { expect, test } from 'vitest'
import { excerptOf, isSecretName, redactNames, redactValues } from '#shared/redact.ts'
import { createRedaction } from '../../src/main/providers/kit/redaction.ts'

const secret = 'p/w+ü"1&x=\\'

test('a secret goes in each form that it travels in', () => {
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64')
  ]
  const text = redactValues(forms.join(' | '), [secret])
  expect(text).toBe('[redacted] | [redacted] | [redacted] | [redacted]')
})

test('a secret goes where two forms meet, and where it is a part of something larger', () => {
  const json = JSON.stringify({ secret })
  const html = '<b>p/w+ü&quot;1&amp;x=\\</b>'
  const larger = ['', 'a', 'ab', 'abc'].map(user => Buffer.from(`${user}:${secret}:end`).toString('base64'))
  const url = Buffer.from(`??>:${secret}`).toString('base64url')
  const text = [encodeURIComponent(json), new URLSearchParams({ json }).toString(), html, ...larger, url].join('\n')
  const lines = redactValues(text, [secret]).split('\n')
  for (const line of lines) expect(line).toContain('[redacted]')
  const hidden = lines.join('\n')
  for (const piece of ['p%2Fw', 'p/w', 'cC93', 'p%2fw']) expect(hidden).not.toContain(piece)
})

test('values under four characters are left: hiding them would only destroy the text', () => {
  expect(redactValues('abcabc', ['abc'])).toBe('abcabc')
})

test('secret names lose their value at any depth, others keep it', () => {
  const value = {
    Key: 'popup',
    AppSecret: 'x',
    list: [{ apiKey: 'y', n: 1, Authorization: { deep: 'z' } }],
    none: null
  }
  expect(redactNames(value)).toEqual({
    Key: 'popup',
    AppSecret: '[redacted]',
    list: [{ apiKey: '[redacted]', n: 1, Authorization: '[redacted]' }],
    none: null
  })
  const secretNames = ['Secret', 'ExotelApiKey', 'ExotelApiToken', 'SipSecret', 'set-cookie', 'X-Twilio-Signature']
  expect([...secretNames, 'Key', 'Value', 'AppID', 'Email'].filter(isSecretName)).toEqual(secretNames)
})

test('of a long secret each piece of twelve characters goes, in each form, and shorter ones stay', () => {
  const long = 'k7Qm2ZtX9vLr4NwB8yHd6JcP3sGf5TaE'
  const half = long.slice(0, 16)
  const forms = [half, long.slice(16), long.slice(5, 17), long.slice(0, -1)]
  const codes = [Buffer.from(long).toString('base64').slice(0, 20), Buffer.from(long).toString('hex').slice(0, 30)]
  for (const text of [...forms, ...codes, half.toLowerCase()])
    expect(redactValues(`key ${text} …`, [long])).toBe('key [redacted] …')
  expect(redactValues(`ends with ${long.slice(-4)}`, [long])).toBe('ends with 5TaE')
  expect(redactValues('the password was wrong', ['password-is-it'])).toBe('the password was wrong')
})

test('an excerpt is one short line', () => {
  expect(excerptOf(' a\n\n b\tc ')).toBe('a b c')
  expect(excerptOf('x'.repeat(300))).toHaveLength(201)
})

test('a session hides its credentials, and each token from when it has it', () => {
  const redaction = createRedaction(['app-secret-1'])
  expect(redaction.excerpt('app-secret-1 and token-2')).toBe('[redacted] and token-2')
  redaction.hide('token-2')
  expect(redaction.excerpt(`app-secret-1 and ${btoa('token-2')}`)).toBe('[redacted] and [redacted]')
  expect(redaction.excerptOfJson({ Data: 'token-2', Secret: 'zzz' })).toBe(
    '{"Data":"[redacted]","Secret":"[redacted]"}'
  )
})

test('a secret is hidden before the text is shortened, so that none is cut in half', () => {
  const redaction = createRedaction(['a-very-long-secret-value'])
  expect(redaction.excerpt(`${'x'.repeat(190)} a-very-long-secret-value`)).not.toContain('a-very')
})

test('of a URL only the host is shown: user-info, path and query may be secrets', () => {
  const redaction = createRedaction([])
  expect(redaction.excerpt('no https://me:pw@host.example:81/in/abc?t=1 please')).toBe(
    'no https://host.example:81/… please'
  )
  expect(redaction.excerpt('"wss://host.example/" or http://host.example?key=1')).toBe(
    '"wss://host.example" or http://host.example/…'
  )
  expect(redaction.excerpt('{"Value":"https://a.example/in/key","n":1}')).toBe('{"Value":"https://a.example/…","n":1}')
})

test('a secret goes however its characters are escaped, once or twice, one after the other, and in hex', () => {
  const once = JSON.stringify(secret).slice(1, -1)
  const forms = [
    encodeURI(secret),
    JSON.stringify(once).slice(1, -1),
    encodeURIComponent(once),
    encodeURIComponent(encodeURIComponent(secret)),
    String.raw`p\/w+\u00fc\u00221\u0026x=\u005c`,
    'p&#47;w&#x2B;&#xfc;&#034;1&#38;x=&#92;',
    'p/w+ü&amp;quot;1&amp;amp;x=\\',
    encodeURIComponent('p/w+ü&quot;1&amp;x=\\'),
    'P/W+ü"1&X=\\',
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase()
  ]
  expect(forms.map(form => redactValues(`a ${form} b`, [secret]))).toEqual(forms.map(() => 'a [redacted] b'))
})

test('a text or a secret full of escapes does not keep it busy', () => {
  const slow = [
    ['\\'.repeat(40), '\\'.repeat(20_000)],
    ['\\"'.repeat(100), '\\'.repeat(20_000)],
    ['%25'.repeat(50), '%25'.repeat(20_000)],
    ['&amp;'.repeat(50), '&amp;'.repeat(20_000)],
    ['a+/'.repeat(1400), 'a+/'.repeat(1000)]
  ]
  const startedMs = performance.now()
  for (const [value = '', text = ''] of slow) redactValues(`${text}x`, [`${value}y`])
  // Backtracking that runs away takes minutes, not seconds.
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})
