import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import { textMarksCallbacks } from '../../src/main/providers/textmarks/callbacks.ts'
import { callbackTemplate, readByNames, readByTemplate } from '../../src/main/providers/textmarks/template.ts'

const get = (target: string, receivedMs = 0) => ({
  method: 'GET',
  target,
  headers: [],
  body: new Uint8Array(),
  receivedMs
})
const known = (secrets: Record<string, string> = {}) => ({ url: null, secrets })
const decode = (target: string, profiles: Settings[] = []) => textMarksCallbacks.decode(get(target), () => profiles)
const values = (decoded: ReturnType<typeof decode>) =>
  Object.fromEntries((decoded?.fields ?? []).map(({ name, value }) => [name, value]))

test('the template asks for everything, whatever the address has already', () => {
  const all = String.raw`action=\a&phone=\p&keyword=\k&user_id=\u&name=\n&text=\0`
  expect(callbackTemplate('https://a.example/in/x')).toBe(`https://a.example/in/x?${all}`)
  expect(callbackTemplate(' https://a.example/in/x?key=1#top ')).toBe(`https://a.example/in/x?key=1&${all}`)
  expect(callbackTemplate('https://a.example/in/x', { signed: true })).toBe(
    String.raw`https://a.example/in/x?${all}&plugboard_signature=\s`
  )
})

test('a callback of the template reads back, for each action', () => {
  const template = callbackTemplate('https://a.example/in/x')
  for (const [action, event, title] of [
    ['REQ', 'request', '+14151234567 texted “JOE two & three”'],
    ['SUB', 'join', '+14151234567 joined the group JOE'],
    ['UNSUB', 'leave', '+14151234567 left the group JOE']
  ] as const) {
    const target = `/in/x?action=${action}&phone=%2B14151234567&keyword=JOE&user_id=4789234&name=Jim+Jones&text=two%20%26%20three`
    const decoded = decode(target, [{ groupCallbackUrl: template }])
    expect(decoded).toMatchObject({ event, title })
    expect(values(decoded)).toEqual({
      action,
      phone: '+14151234567',
      keyword: 'JOE',
      text: 'two & three',
      name: 'Jim Jones',
      userId: '4789234'
    })
    expect(values(decode(target))).toEqual(values(decoded))
  }
})

test('the owner’s own names are understood by the template in the profile', () => {
  const url = String.raw`https://a.example/in/x?wer=\p&was=\0&a=\1-\2&src=sms`
  const decoded = decode('/in/x?wer=%2B14151234567&was=one+two&a=one-two&src=sms&more=1', [{ url }])
  expect(values(decoded)).toEqual({
    phone: '+14151234567',
    text: 'one two',
    word1: 'one',
    word2: 'two',
    src: 'sms',
    a: 'one-two',
    more: '1'
  })
  expect(decode('/in/x?wer=%2B14151234567&was=one+two&a=one-two&src=sms')).toBeUndefined()
})

test('tokens in the path, several addresses, and the template that tells most', () => {
  const target = '/in/x/JOE/%2B14151234567?u=12'
  const url = String.raw`https://a.example/other https://a.example/in/x/\k/\p?u=\u`
  expect(readByTemplate(target, url.split(' '))).toEqual(
    new Map([
      ['keyword', 'JOE'],
      ['phone', '+14151234567'],
      ['userId', '12']
    ])
  )
  const both = [String.raw`https://a.example/in/x?p=\p`, String.raw`https://a.example/in/x?p=\p&a=\a`]
  expect(readByTemplate('/in/x?p=1&a=SUB', both)?.size).toBe(2)
})

test('what was not made from the template is not read by it', () => {
  const template = String.raw`https://a.example/in/x?p=\p&a=\a&fixed=1`
  for (const target of ['/in/y?p=1&a=SUB&fixed=1', '/in/x?p=1&a=SUB', '/in/x?p=1&a=SUB&fixed=2', '/in/x']) {
    expect(readByTemplate(target, [template])).toBeUndefined()
  }
  expect(readByTemplate('/in/x?p=1', ['https://a.example/in/x?p=1', 'not a url', ''])).toBeUndefined()
})

test.each([
  String.raw`https://a.example/in/x?phone=\p&text=\t`,
  String.raw`https://a.example/in/x?phone=\p&text=a.*(b`
])('an unknown token or an odd text in %s is text, no pattern', template => {
  expect(readByTemplate('/in/x?phone=1&text=anything', [template])).toBeUndefined()
})

test('without a template the names of the samples are understood, and nothing else', () => {
  expect(readByNames('/x?user=%2B14151234567&action=SUB')?.get('phone')).toBe('+14151234567')
  expect(readByNames('/x?msg=hello&phone=+14151234567')?.get('phone')).toBe('+14151234567')
  expect(readByNames('/x?userId=12&phoneNumber=%2B14151234567&message=hi')?.get('userId')).toBe('12')
  for (const target of ['/x', '/x?a=b', '/x?phone=1', '/x?text=hello', '/x?user=jim&msg=hi', '/x?action=delete']) {
    expect(readByNames(target)).toBeUndefined()
  }
})

test('broken encodings and long texts never throw', () => {
  const template = String.raw`https://a.example/in/\k?x=\1\2\3\4\5\6\7\8\9`
  for (const target of ['/in/%E0%A4%A?x=%', `/in/J?x=${'a'.repeat(200)}`, '/in/J?x=%ff&x=2', '?', '']) {
    expect(() => decode(target, [{ url: template }])).not.toThrow()
  }
})

test('a POST is none of theirs', () => {
  const captured = { ...get('/in/x?action=SUB&phone=1'), method: 'POST' }
  expect(textMarksCallbacks.decode(captured)).toBeUndefined()
})

test('the answer sends no SMS', () => {
  const type = ['Content-Type', 'text/plain; charset=utf-8']
  expect(textMarksCallbacks.answer).toEqual({ status: 200, headers: [type], body: '' })
})

test('a signature of TextMarks’ own cannot be checked; ours can, and says whose it is', () => {
  const seconds = '1770000000'
  const text = `${seconds}.+14151234567.JOE.REQ.hi there`
  const signature = `${seconds}.${createHmac('sha1', 'token-one').update(text).digest('hex')}`
  const target = `/in/x?action=REQ&phone=%2B14151234567&keyword=JOE&text=hi+there&plugboard_signature=${signature}`
  const receivedMs = 1_770_000_000_000
  const verify = (one: string, secrets = {}, atMs = receivedMs) =>
    textMarksCallbacks.verify(get(one, atMs), known(secrets))
  const secrets = { 'settings.pro-1.privateToken': 'other', 'settings.pro-2.privateToken': 'token-one' }
  expect(verify(target, secrets)).toMatchObject({
    verdict: 'valid',
    text: expect.stringContaining('Plugboard’s own convention')
  })
  expect(verify(target, { 'settings.pro-1.privateToken': 'other' }).verdict).toBe('invalid')
  expect(verify(target, { password: 'token-one' }).verdict).toBe('no-secret')
  expect(verify(target.replace('hi', 'ho'), secrets).verdict).toBe('invalid')
  expect(verify(target.replace(seconds, '1770000001'), secrets).verdict).toBe('invalid')
  expect(verify(target.replace(signature, ''), secrets).verdict).toBe('invalid')
  expect(verify(target.replace('keyword=JOE&', ''), secrets).verdict).toBe('not-offered')
  expect(verify('/in/x?action=REQ&sig=abc', secrets).verdict).toBe('not-offered')
  expect(textMarksCallbacks.settingSecrets).toEqual(['privateToken'])
  for (const skewMs of [-300_000, 300_000]) expect(verify(target, secrets, receivedMs + skewMs).verdict).toBe('valid')
  expect(verify(target, secrets, receivedMs + 301_000)).toMatchObject({
    verdict: 'invalid',
    text: 'When it came, the time it was signed at was 5 minutes old; more than 5 minutes is not accepted.'
  })
  expect(verify(target, secrets, receivedMs - 3_600_000).text).toContain('60 minutes ahead of this clock')
})

test('samples are signed by the convention where the token is known, and verify', () => {
  const secrets = { 'settings.pro-1.privateToken': 'token-one' }
  for (const sample of textMarksCallbacks.samples) {
    const { query } = sample.build({}, new Date(0), { url: 'http://127.0.0.1/in/x', secrets })
    expect(textMarksCallbacks.verify(get(`/in/x?${query}`), known(secrets)).verdict).toBe('valid')
    expect(sample.build({}, new Date(0)).query).not.toContain('signature')
  }
})
