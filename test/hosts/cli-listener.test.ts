import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Attempt } from '../../src/shared/model/attempt.ts'
import type { CallbackSummary, EndpointView, ListenerStatus } from '../../src/shared/model/callback.ts'
import type { HttpsStatus, ListenerSettings } from '../../src/shared/model/lab.ts'
import { createCli, type Cli, type Started } from '../helpers/cli.ts'
import { ask } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

// A listener in one terminal, everything else in another. The tests build on each other.

const receiver = receivers()
let cli: Cli
let listener: Started
let port = 0
let endpoint: EndpointView

beforeAll(async () => {
  cli = await createCli()
  listener = await cli.start(['listen', '--port', '0'])
  type First = { listening: { port: number; endpoints: [EndpointView] } }
  const { listening } = await listener.firstLine<First>()
  port = listening.port
  endpoint = listening.endpoints[0]
})
afterAll(async () => {
  await cli.remove()
})

const post = (host: string, body = '') =>
  ask(
    port,
    `POST /in/${endpoint.key}/a?b=1 HTTP/1.1\r\nHost: ${host}\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )

test('status says where it listens, also from another process', async () => {
  expect((await post(`localhost:${port}`, 'one')).status).toBe(200)
  const status = await cli.value<ListenerStatus>(['listener', 'status'])
  expect(status).toMatchObject({ state: 'elsewhere', port, caught: 1 })
  expect((await cli.run(['listener', 'status'])).stdout).toBe(
    `Another Plugboard on this data folder listens on port ${port}: 1 callback kept.\n`
  )
})

test('what it keeps, and the hosts that it answers for, are set while it runs', async () => {
  expect((await post('hooks.example.com')).status).toBe(421)
  const words = ['--keep-days', '30', '--keep-count', '5000', '--keep-bytes', 'off', '--host', 'Hooks.example.com']
  const settings = await cli.value<ListenerSettings>(['listener', 'settings', ...words])
  expect(settings).toMatchObject({ keepDays: 30, keepCount: 5_000, keepBytes: null, hosts: ['hooks.example.com'] })
  expect((await post('hooks.example.com')).status).toBe(200)
  await cli.value(['listener', 'settings', '--without-host', 'hooks.example.com', '--keep-days', 'off'])
  expect((await post('hooks.example.com')).status).toBe(421)
  expect((await cli.run(['listener', 'settings'])).stdout).toContain(
    'age     no limit\ncount   at most 5000 callbacks\n'
  )
  expect(await cli.fault(['listener', 'settings', '--keep-days', 'x'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault(['listener', 'settings', '--keep-count', '1'])).toMatchObject({
    code: 'invalid-input',
    exit: 2
  })
})

test('a sample from another terminal is marked as one, and valid by a public key, too', async () => {
  const key = JSON.stringify({ key: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' })
  await cli.value(['endpoints', 'add', '--label', 'Tel', '--scheme', 'telnyx', '--secrets-stdin'], key)
  await cli.value(['simulate', 'opentact', 'event-received', '--endpoint', 'Tel'])
  type Line = { callback?: CallbackSummary }
  const { callback } = await listener.lineWith<Line>(line => line.callback?.origin === 'simulate')
  expect(callback).toMatchObject({ verdict: 'valid', origin: 'simulate' })
})

test('a replay is sent with another method, headers and body', async () => {
  const there = await receiver()
  const file = join(cli.folder, 'bytes')
  await writeFile(file, Uint8Array.of(0, 255, 10))
  const words = ['callbacks', 'replay', '1', '--to', there.url]
  const edits = ['--method', 'PUT', '--header', 'X-A: 3', '--header', 'X-New: n', '--body-file', file]
  expect(await cli.value<Attempt>([...words, ...edits])).toMatchObject({ state: 'done', method: 'PUT' })
  const [sent] = there.requests
  expect(sent).toMatchObject({ line: 'PUT /a?b=1 HTTP/1.1', body: '\x00\xff\n' })
  expect(sent?.headers.filter(each => /^x-(a|new):|^content-length/i.test(each))).toEqual(
    expect.arrayContaining(['X-A: 3', 'X-New: n', 'Content-Length: 3'])
  )
  expect(sent?.headers).not.toContain('x-a: 2')
  await cli.value([...words, '--header', 'X-A:', '--body', 'ä'])
  expect(there.requests[1]).toMatchObject({ body: 'Ã¤' })
  expect(there.requests[1]?.headers.some(each => /^x-a:/i.test(each))).toBe(false)
  expect(await cli.fault([...words, '--body', 'x', '--body-file', file])).toMatchObject({ code: 'bad-usage' })
  expect(await cli.fault([...words, '--body-file', `${file}.gone`])).toMatchObject({ code: 'bad-usage' })
})

test('https of the running listener has its address in another terminal', async () => {
  await cli.value(['listener', 'https', 'on'])
  const found = await cli.value<HttpsStatus>(['listener', 'https'])
  expect(found).toMatchObject({ state: 'elsewhere', port: expect.any(Number) })
  expect((await cli.run(['listener', 'https'])).stdout).toContain(`https://localhost:${found.port}, where another`)
})

test('all but what is pinned is removed, once that is confirmed', async () => {
  await cli.value(['callbacks', 'note', '1', '--pin'])
  expect(await cli.fault(['callbacks', 'clear'])).toMatchObject({ code: 'needs-confirmation', exit: 2 })
  expect(await cli.value(['callbacks', 'clear', '--yes'])).toMatchObject({ left: 1 })
  const left = await cli.value<CallbackSummary[]>(['callbacks', 'list'])
  expect(left.map(row => row.id)).toEqual([1])
})
