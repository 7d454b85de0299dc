import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Rule } from '../../src/shared/model/rule.ts'
import { createCli, type Cli } from '../helpers/cli.ts'

let cli: Cli
beforeEach(async () => {
  cli = await createCli()
})
afterEach(() => cli.remove())

test('a rule is added, read, changed, moved and removed', async () => {
  const words = ['--when', 'method equals POST', '--when', 'json:$sum(items.price) > 10 equals true', '--status', '503']
  const late = ['--header', 'Retry-After: 5', '--delay', '100', '--every', '2']
  const added = await cli.value<Rule>(['rules', 'add', '--label', 'Busy', ...words, ...late])
  expect(added).toMatchObject({
    label: 'Busy',
    endpointId: null,
    everyNth: 2,
    conditions: [
      { of: 'method', name: '', is: 'equals', value: 'POST' },
      { of: 'json', name: '$sum(items.price) > 10', is: 'equals', value: 'true' }
    ],
    answer: { type: 'respond', status: 503, headers: [['Retry-After', '5']], body: '', template: false, delayMs: 100 }
  })
  const body = ['--body', '{{ id }}', '--template', '--percent', '25']
  const changed = await cli.value<Rule>(['rules', 'update', 'Busy', ...body])
  const answer = { ...added.answer, body: '{{ id }}', template: true }
  expect(changed).toEqual({ ...added, everyNth: null, percent: 25, answer })

  await cli.value(['rules', 'add', '--label', 'Gone', '--fault', 'reset', '--no-enabled'])
  await cli.value(['rules', 'move', 'Gone', '--before', 'Busy'])
  const rules = await cli.value<Rule[]>(['rules', 'list'])
  expect(rules.map(rule => [rule.label, rule.position, rule.enabled])).toEqual([
    ['Gone', 0, false],
    ['Busy', 1, true]
  ])
  const { stdout } = await cli.run(['rules', 'list'])
  expect(stdout).toMatch(/Gone +all endpoints +always +reset +off/)
  expect(stdout).toMatch(/Busy +all endpoints +method equals POST and 1 more condition +503 after 100 ms +on/)
  await cli.value(['rules', 'remove', 'Gone'])
  expect(await cli.value<Rule[]>(['rules', 'list'])).toHaveLength(1)
})

test('a rule comes as JSON on standard input, and what is wrong with it is said with its field', async () => {
  const answer = { type: 'fault', fault: 'cut' }
  const rule = { label: 'Half', conditions: [{ of: 'body', is: 'contains', value: 'x' }], answer }
  const added = await cli.value<Rule>(['rules', 'add', '--json-stdin', '--label', 'Halved'], JSON.stringify(rule))
  expect(added).toMatchObject({ label: 'Halved', answer: { type: 'fault', fault: 'cut', status: 200 } })

  const broken = JSON.stringify({ conditions: [{ of: 'body', is: 'matches', value: '(' }] })
  const refused = await cli.fault(['rules', 'update', 'Halved', '--json-stdin'], broken)
  expect(refused).toMatchObject({ code: 'invalid-input', field: 'conditions.0.value', exit: 2 })
  const unknown = await cli.fault(['rules', 'update', 'Halved', '--json-stdin'], '{"labell":"x"}')
  expect(unknown).toMatchObject({ code: 'invalid-input', exit: 2 })
})

test.each([
  [['--status', '503'], 'label'],
  [['--label', 'x', '--when', 'colour equals red'], 'when'],
  [['--label', 'x', '--every', 'two'], 'every'],
  [['--label', 'x', '--every', '2', '--percent', '5'], 'percent'],
  [['--label', 'x', '--fault', 'explode'], 'answer.fault'],
  [['--label', 'x', '--status', '700'], 'answer.status'],
  [['--label', 'x', '--header', 'none'], 'header']
])('rules add %j is refused by name', async (words, field) => {
  expect(await cli.fault(['rules', 'add', ...words])).toMatchObject({ code: 'bad-usage', field, exit: 2 })
})

test('listen --respond answers one after the other, and the last one stays', async () => {
  const words = ['listen', '--port', '0', '--respond', '500', '--respond', '503:later: please', '--respond', '201']
  const listener = await cli.start(words)
  const { listening } = await listener.firstLine<{ listening: { endpoints: { url: string }[] } }>()
  const url = listening.endpoints[0]?.url ?? ''
  const answers: [number, string][] = []
  for (let left = 4; left > 0; left--) {
    const response = await fetch(url, { method: 'POST', body: 'x' })
    answers.push([response.status, await response.text()])
  }
  expect(answers).toEqual([
    [500, ''],
    [503, 'later: please'],
    [201, ''],
    [201, '']
  ])
  expect(await listener.stop('SIGINT')).toBe(0)
})

test('listen --respond takes statuses only', async () => {
  expect(await cli.fault(['listen', '--respond', '99'])).toMatchObject({ code: 'bad-usage', field: 'respond', exit: 2 })
})
