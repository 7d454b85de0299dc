import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Rule } from '../../src/shared/model/rule.ts'
import { forkNode } from '../../src/main/base/child.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore, type Core } from '../../src/main/core.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'

let dataDir: string
let core: Core
let endpointId: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-rules-'))
  core = await openCore({
    dataDir,
    vault: 'session',
    host: { about: 'A test', abilities: [] },
    fork: forkNode,
    sandboxEntry: '',
    version: '0.0.0',
    log: createLog({ file: join(dataDir, 'log.jsonl') })
  })
  endpointId = (await core.client.endpoints.add({ label: 'Shop' })).id
})

afterEach(async () => {
  await core.close()
  await rm(dataDir, { recursive: true, force: true })
})

function draft(label: string, change: Partial<Rule> = {}) {
  return {
    endpointId,
    label,
    enabled: true,
    conditions: [],
    everyNth: null,
    percent: null,
    answer: { type: 'respond', status: 418 } as const,
    forwards: 'usual' as const,
    ...change
  }
}

async function order(of: string | null = endpointId): Promise<[string, number][]> {
  const rules = await core.client.rules.list({})
  return rules.filter(rule => rule.endpointId === of).map(rule => [rule.label, rule.position])
}

test('rules stand in the order in which they were added, and a move keeps their positions dense', async () => {
  const [one, two, three] = [
    await core.client.rules.add(draft('one')),
    await core.client.rules.add(draft('two')),
    await core.client.rules.add(draft('three'))
  ]
  await core.client.rules.add(draft('of all', { endpointId: null }))
  expect(await order()).toEqual([
    ['one', 0],
    ['two', 1],
    ['three', 2]
  ])
  const moved = await core.client.rules.move({ id: three.id, before: one.id })
  expect(moved.map(rule => rule.label)).toEqual(['three', 'one', 'two'])
  await core.client.rules.move({ id: three.id, before: null })
  expect((await order()).map(([label]) => label)).toEqual(['one', 'two', 'three'])
  await core.client.rules.move({ id: two.id, before: two.id })
  await core.client.rules.remove({ id: one.id })
  expect(await order()).toEqual([
    ['two', 0],
    ['three', 1]
  ])
  expect(await order(null)).toEqual([['of all', 0]])
})

test('a rule that goes to another endpoint comes last there, and leaves no gap', async () => {
  const one = await core.client.rules.add(draft('one'))
  await core.client.rules.add(draft('two'))
  await core.client.rules.add(draft('of all', { endpointId: null }))
  await core.client.rules.update({ id: one.id, endpointId: null })
  expect(await order()).toEqual([['two', 0]])
  expect(await order(null)).toEqual([
    ['of all', 0],
    ['one', 1]
  ])
})

test('an update changes what is given and nothing else', async () => {
  const rule = await core.client.rules.add(draft('one', { everyNth: 3 }))
  const updated = await core.client.rules.update({ id: rule.id, enabled: false })
  expect(updated).toEqual({ ...rule, enabled: false })
})

test('what cannot be is refused with its field, and nothing is written', async () => {
  const broken = [{ of: 'json', name: 'a[', is: 'present', value: '' } as const]
  const rule = await core.client.rules.add(draft('one'))
  const elsewhere = await core.client.rules.add(draft('of all', { endpointId: null }))
  const before = await core.client.rules.list({})
  for (const [refused, data] of [
    [
      core.client.rules.add(draft('two', { conditions: broken })),
      { code: 'invalid-input', field: 'conditions.0.name' }
    ],
    [
      core.client.rules.update({ id: rule.id, conditions: broken }),
      { code: 'invalid-input', field: 'conditions.0.name' }
    ],
    [core.client.rules.add(draft('two', { endpointId: 'end-none' })), { code: 'not-found', field: 'endpointId' }],
    [core.client.rules.move({ id: rule.id, before: elsewhere.id }), { code: 'invalid-input', field: 'before' }],
    [core.client.rules.remove({ id: 'rul-none' }), { code: 'not-found' }]
  ] as const)
    await expect(refused).rejects.toMatchObject({ data })
  expect(await core.client.rules.list({})).toEqual(before)
})

test('a rule counts for the next callback, in the listener’s own thread, and the page is told', async () => {
  const abort = new AbortController()
  const events = await core.client.app.watch(undefined, { signal: abort.signal })
  const { port } = await core.client.listener.start({ port: 0 })
  const [endpoint] = await core.client.endpoints.list()
  const path = `/in/${endpoint?.key}`
  expect((await ask(port ?? 0, rawPost(port ?? 0, path))).status).toBe(200)
  const added = await core.client.rules.add(draft('teapot'))
  expect((await ask(port ?? 0, rawPost(port ?? 0, path))).status).toBe(418)
  for await (const event of events) if (event.topic === 'listener') break
  abort.abort()
  expect((await core.client.callbacks.list({}))[0]).toMatchObject({ answerStatus: 418, ruleId: added.id })
})
