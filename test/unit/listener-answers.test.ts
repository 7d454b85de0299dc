import { expect, test } from 'vitest'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'
import { byMethod, respond, ruleRows } from '../helpers/rule-rows.ts'
import { newest } from '../helpers/store-rows.ts'

const { open } = listening()
const { addRule } = ruleRows()

test("without a rule the sender gets the provider's default", async () => {
  const { store, port, path } = await open()
  expect(await ask(port, rawPost(port, path))).toMatchObject({ status: 202, body: 'taken' })
  expect(newest(store)).toMatchObject({ answerStatus: 202, ruleId: null })
})

test('status, headers in their order and case, and body are the rule’s; the row says so', async () => {
  const { store, port, path } = await open()
  const headers: [string, string][] = [
    ['X-One', 'a'],
    ['x-one', 'b'],
    ['Content-Type', 'application/json']
  ]
  const rule = addRule(store, { conditions: [byMethod], answer: respond({ status: 418, headers, body: '{"é":1}' }) })
  const answer = await ask(port, rawPost(port, path))
  expect(answer.status).toBe(418)
  expect(answer.head).toContain('X-One: a\r\nx-one: b\r\nContent-Type: application/json\r\nContent-Length: 8')
  expect(Buffer.from(answer.body, 'latin1').toString()).toBe('{"é":1}')
  expect(newest(store)).toMatchObject({ answerStatus: 418, ruleId: rule.id })
})

test.each([204, 205, 304])('an answer %d has no body, and the connection takes the next request', async status => {
  const { store, port, path } = await open()
  addRule(store, { conditions: [byMethod], everyNth: 2, answer: respond({ status, body: 'never sent' }) })
  const connection = await openRaw(port)
  for (const expected of [202, status, 202]) {
    connection.send(rawPost(port, path))
    expect(await connection.answer()).toMatchObject({ status: expected, body: expected === 202 ? 'taken' : '' })
  }
  connection.destroy()
})

test('an endpoint’s own rules go before those of every endpoint, and a change counts from the next request on', async () => {
  const { store, port, path, endpointId } = await open()
  addRule(store, { answer: respond({ status: 201 }) })
  expect((await ask(port, rawPost(port, path))).status).toBe(201)
  const own = addRule(store, { endpointId, answer: respond({ status: 203 }) })
  expect((await ask(port, rawPost(port, path))).status).toBe(203)
  store.rules.update({ ...own, enabled: false })
  expect((await ask(port, rawPost(port, path))).status).toBe(201)
  store.rules.remove(own.id)
  expect((await ask(port, rawPost(port, path))).status).toBe(201)
})

test('every third is exact, however many come at once', async () => {
  const { store, port, path } = await open()
  addRule(store, { everyNth: 3, answer: respond({ status: 503 }) })
  const answers = await Promise.all(Array.from({ length: 90 }, () => ask(port, rawPost(port, path))))
  expect(answers.filter(answer => answer.status === 503).length).toBe(30)
  expect(store.callbacks.list({ limit: 100 }).filter(row => row.answerStatus === 503).length).toBe(30)
})

test('what is delayed holds up nobody, is durable meanwhile, and goes out at once when the listener stops', async () => {
  const { store, listener, port, path } = await open()
  addRule(store, { conditions: [byMethod], answer: respond({ status: 201, delayMs: 120_000 }) })
  const late = await openRaw(port)
  const stored = nextOf(listener.watch(), row => row.method === 'POST')
  late.send(rawPost(port, path, 'late'))
  expect(await stored).toMatchObject({ answerStatus: 201 })
  expect((await ask(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).status).toBe(202)
  const stopped = listener.stop()
  const answer = await late.answer()
  expect(answer.status).toBe(201)
  expect(answer.head).toContain('Connection: close')
  await stopped
})

test('the engine in its thread knows the rules that were written here, and ends a catastrophic pattern there', async () => {
  const { store, port, path } = await open({ inThread: true })
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  const slow = { of: 'body', name: '', is: 'matches', value: '^(a+)+$' } as const
  addRule(store, { conditions: [slow], answer: respond({ status: 500 }) })
  const rule = addRule(store, { answer: respond({ status: 201, body: '{{ fields.number }}', template: true }) })
  const answer = await ask(port, rawPost(port, path, `${'a'.repeat(40)}b`))
  expect(answer).toMatchObject({ status: 201, body: '' })
  expect(await ask(port, rawPost(port, path, '{"event":"sms","number":"7"}'))).toMatchObject({
    status: 201,
    body: '7'
  })
  expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id })
})
