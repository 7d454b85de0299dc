import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Attempt, Target } from '../../src/shared/model/attempt.ts'
import type { CallbackSummary, EndpointView } from '../../src/shared/model/callback.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

// Sending on and again through real processes, in the order of a person's day: the tests build on each other.

const receiver = receivers()
let cli: Cli

beforeAll(async () => {
  cli = await createCli()
})
afterAll(() => cli.remove())

type Line = { listening?: { port: number; endpoints: EndpointView[] }; callback?: CallbackSummary; attempt?: Attempt }

test('listen --forward prints each attempt, and its targets are gone when it ends', async () => {
  const there = await receiver(before => (before === 0 ? 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n' : ok))
  const listen = await cli.start(['listen', '--port', '0', '--forward', `${there.url}/hook`])
  const { listening } = await listen.firstLine<Line>()
  const { port, endpoints } = listening ?? { port: 0, endpoints: [] }
  const path = new URL(endpoints[0]?.url ?? '').pathname
  expect((await ask(port, rawPost(port, `${path}/a?b=1`, 'hello'))).status).toBe(200)
  const first = await listen.lineWith<Line>(line => line.attempt !== undefined)
  expect(first.attempt).toMatchObject({ state: 'failed', status: 500, url: `${there.url}/hook/a?b=1`, number: 1 })
  const second = await listen.lineWith<Line>(line => line.attempt !== undefined)
  expect(second.attempt).toMatchObject({ state: 'done', status: 200, number: 2 })
  expect(there.requests.map(each => each.body)).toEqual(['hello', 'hello'])
  expect(await listen.stop('SIGINT')).toBe(0)
  expect(await cli.value<Target[]>(['targets', 'list'])).toEqual([])
})

test('targets are added, listed, changed and removed; the listener itself is refused', async () => {
  const added = await cli.value<Target>(['targets', 'add', 'Test', 'http://localhost:3999/a', '--label', 'Mine'])
  expect(added).toMatchObject({ label: 'Mine', enabled: true, url: 'http://localhost:3999/a' })
  expect(await cli.value<Target>(['targets', 'update', 'Mine', '--off'])).toMatchObject({ enabled: false })
  expect(await cli.fault(['targets', 'update', 'Mine'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect((await cli.run(['targets', 'list', 'Test'])).stdout).toMatch(/Mine +Test +off +http:\/\/localhost:3999\/a/)
  const [endpoint] = await cli.value<EndpointView[]>(['endpoints', 'list'])
  const elsewhere = ['targets', 'add', endpoint?.id ?? '', 'http://192.0.2.1/hook']
  expect(await cli.fault(elsewhere)).toMatchObject({ code: 'invalid-input', exit: 2 })
  await cli.value(['targets', 'remove', added.id])
  expect(await cli.value<Target[]>(['targets', 'list'])).toEqual([])
})

test('callbacks replay sends it to an address with a field set, or to a listener of its own; attempts lists both', async () => {
  const [caught] = await cli.value<CallbackSummary[]>(['callbacks', 'list'])
  const id = String(caught?.id)
  const there = await receiver(() => ok)
  const words = ['callbacks', 'replay', id, '--to', there.url, '--set', 'a=1 2']
  expect(await cli.value<Attempt>(words)).toMatchObject({ kind: 'replay', state: 'done', status: 200 })
  expect(there.requests[0]?.body).toBe('hello&a=1+2')
  const here = await cli.run(['callbacks', 'replay', id])
  expect(here).toMatchObject({ code: 0 })
  expect(here.stdout).toContain('answered 200')
  const [again] = await cli.value<CallbackSummary[]>(['callbacks', 'list'])
  expect(again).toMatchObject({ origin: 'replay', replayOf: caught?.id, target: caught?.target })
  const attempts = await cli.value<Attempt[]>(['callbacks', 'attempts', id])
  expect(attempts.map(each => each.kind)).toEqual(['forward', 'forward', 'replay', 'replay'])
  expect(await cli.fault(['callbacks', 'replay', id, '--resign', '--to', there.url])).toMatchObject({
    code: 'unsupported'
  })
  expect(await cli.fault(['callbacks', 'retry', attempts[1]?.id ?? ''])).toMatchObject({ code: 'not-found' })
  const answer = await receiver(() => 'HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n')
  expect((await cli.run(['callbacks', 'replay', id, '--to', answer.url])).code).toBe(1)
})

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
