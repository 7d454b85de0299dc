import { expect, test } from 'vitest'
import { compileTemplate, viewOf } from '../../src/main/listener/rules/templates.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { orderLooked, orderParts, respond, ruleRows } from '../helpers/rule-rows.ts'
import { newest } from '../helpers/store-rows.ts'

const { open } = listening()
const { addRule } = ruleRows()

test('templates speak of all that is known of a callback', () => {
  const text =
    '{{ id }} {{ receivedMs }} {{ method }} {{ path }} {{ query.kind }} {{ headers.x-kind }} {{ fields.from }} {{ json.items[1].id }} {{ event }} {{ verdict }} {{ json.amount | plus: 1 }}'
  expect(compileTemplate(text).render(viewOf({ id: 7, receivedMs: 5 }, orderParts, orderLooked))).toBe(
    '7 5 POST /orders/7 a first +15550100 b sms valid 13'
  )
})

test.each([
  ['{{ id }} {{ json.a }}', false],
  ['{{ fields.from }}', true],
  ['{% if verdict == "valid" %}x{% endif %}', true]
])('%s needs the look: %s', (text, expected) => expect(compileTemplate(text).needsLook).toBe(expected))

test('a field whose name is that of a prototype is a field', () => {
  const decoded = { event: 'e', title: 't', fields: [{ name: '__proto__', label: 'P', value: 'x' }] }
  const view = viewOf({ id: 1, receivedMs: 1 }, orderParts, { verdict: 'valid', decoded })
  expect(compileTemplate('{{ fields.other }}{{ fields.from }}').render(view)).toBe('')
})

test('a template has an end, reads no file and follows no prototype', () => {
  expect(() =>
    compileTemplate('{% for i in (1..900) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}').render({})
  ).toThrow(/limit/)
  expect(() => compileTemplate('{% include "/etc/hostname" %}').render({})).toThrow(/lookup/)
  expect(() => compileTemplate('{% render "package.json" %}').render({})).toThrow(/lookup/)
  expect(compileTemplate('{{ a.constructor.name }}{{ a.__proto__ }}').render({ a: {} })).toBe('')
})

test('they know the row’s number and the decoded fields', async () => {
  const { store, port, path } = await open()
  addRule(store, {
    answer: respond({ template: true, body: '{{ id }}:{{ fields.number }}:{{ path }}:{{ verdict }}' })
  })
  const answer = await ask(port, rawPost(port, `${path}/a?b`, '{"event":"sms","number":"42"}', ['X-Word: plugh']))
  expect(answer.body).toBe(`${newest(store)?.id}:42:/a:valid`)
})

test('one that cannot be filled in becomes a 500 that names the rule, and the row says so', async () => {
  const { store, port, path } = await open()
  const body = '{% for i in (1..900) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}'
  const rule = addRule(store, { answer: respond({ status: 201, template: true, body }) })
  const answer = await ask(port, rawPost(port, path))
  expect(answer).toMatchObject({ status: 500, body: expect.stringContaining(`"${rule.label}"`) })
  expect(newest(store)).toMatchObject({ answerStatus: 500, ruleId: rule.id })
})

test('a rule that this version does not take decides nothing', async () => {
  const { store, port, path } = await open()
  addRule(store, { answer: respond({ status: 500, headers: [['X', 'a\r\nSet-Cookie: b']] }) })
  addRule(store, { answer: respond({ status: 201 }) })
  expect((await ask(port, rawPost(port, path))).status).toBe(201)
})
