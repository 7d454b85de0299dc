import { expect, test } from 'vitest'
import type { CallbackSummary } from '../../src/shared/model/callback.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { isValid, respond, ruleRows } from '../helpers/rule-rows.ts'
import { callbackRow, newest } from '../helpers/store-rows.ts'

// Rules that need the look: what a callback means and what its signature is worth decides about its answer.

const { open } = listening()
const { addRule } = ruleRows()

test('they decide by verdict and by field; the row is told once stored and once looked at, with its answer', async () => {
  const { store, listener, port, path } = await open()
  const valid = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
  addRule(store, {
    conditions: [{ of: 'field', name: 'number', is: 'equals', value: '7' }],
    answer: respond({ status: 203 })
  })
  const told: CallbackSummary[] = []
  const watching = nextOf(listener.watch(), row => told.push(row) === 6)
  expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
  expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: valid.id, verdict: 'valid' })
  expect((await ask(port, rawPost(port, path, '{"event":"sms","number":"7"}', ['X-Word: no']))).status).toBe(203)
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  expect(newest(store)).toMatchObject({ answerStatus: 202, ruleId: null })
  await watching
  expect(told.map(row => [row.answerStatus, row.verdict])).toEqual([
    [0, null],
    [201, 'valid'],
    [0, null],
    [203, 'invalid'],
    [0, null],
    [202, 'missing']
  ])
})

test('they do so in the engine’s own thread, with the secrets of the core', async () => {
  const { store, port, path } = await open({ inThread: true })
  const rule = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
  expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
  expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id, verdict: 'valid' })
  expect((await ask(port, rawPost(port, path, '{}', ['X-Word: no']))).status).toBe(202)
})

test('they do not queue behind rows that nobody waits for', async () => {
  const { store, listener, path } = await open({ stopped: true })
  const rule = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
  store.callbacks.addAll(Array.from({ length: 20_000 }, () => callbackRow()))
  const port = (await listener.start({ port: 0 })).port ?? 0
  expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
  expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id })
  expect(store.callbacks.unannotated(1)).toHaveLength(1)
})

test('every second is exact over rules that wait', async () => {
  const { store, port, path } = await open()
  addRule(store, { conditions: [isValid], everyNth: 2, answer: respond({ status: 503 }) })
  const valid = () => ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))
  const answers = await Promise.all(Array.from({ length: 60 }, valid))
  expect(answers.filter(answer => answer.status === 503).length).toBe(30)
  expect(answers.filter(answer => answer.status === 202).length).toBe(30)
})

test('they do not match where the look does not come in time: the next rule decides, and the row says so', async () => {
  const { store, port, path } = await open({ secretsFor: () => new Promise(() => {}) })
  addRule(store, { conditions: [isValid], answer: respond({ status: 500 }) })
  const other = addRule(store, { answer: respond({ status: 203 }) })
  const answers = await Promise.all([1, 2, 3].map(() => ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))))
  expect(answers.map(answer => answer.status)).toEqual([203, 203, 203])
  expect(newest(store)).toMatchObject({ answerStatus: 203, ruleId: other.id, verdict: null })
})

test('a stop does not wait for the look', async () => {
  const { store, listener, port, path } = await open({
    limits: { stopGraceMs: 1_000 },
    secretsFor: () => new Promise(() => {})
  })
  addRule(store, { conditions: [isValid], answer: respond({ status: 500 }) })
  const stored = nextOf(listener.watch(), () => true)
  const answer = ask(port, rawPost(port, path))
  await stored
  await Promise.all([listener.stop(), answer])
  expect((await answer).status).toBe(202)
})
