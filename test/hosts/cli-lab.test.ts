import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallbackDetail, CallbackSummary } from '../../src/shared/model/callback.ts'
import { createCli, type Cli, type Started } from '../helpers/cli.ts'

// Callbacks as a developer handles them in a shell, each command a process of its own. The tests build on each other.

let cli: Cli
let listener: Started
let address = ''

beforeAll(async () => {
  cli = await createCli()
  listener = await cli.start(['listen', '--port', '0'])
  const { listening } = await listener.firstLine<{ listening: { endpoints: { url: string }[] } }>()
  address = listening.endpoints[0]?.url ?? ''
})
afterAll(async () => {
  await cli.remove()
})

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${address}${path}`, { method: 'POST', body, headers })
}

test('wait ends with 0 and the number of a callback that another process catches, and with 4 where none comes', async () => {
  const waiting = cli.run(['callbacks', 'wait', '--match', `json.event = 'paid'`, '--timeout', '60', '--after', '0'])
  await post('', '{"event":"made"}')
  await post('/more?a=1', '{"event":"paid","token":"c4n4ry-token"}', { Authorization: 'Bearer c4n4ry-header' })
  expect(await waiting).toMatchObject({ code: 0, stdout: '2\n' })
  const late = await cli.fault(['callbacks', 'wait', '--match', `path = '/never'`, '--timeout', '0.2', '--after', '0'])
  expect(late).toMatchObject({ code: 'timed-out', exit: 4 })
  const wrong = await cli.fault(['callbacks', 'wait', '--match', 'a b', '--timeout', '60'])
  expect(wrong).toMatchObject({ code: 'invalid-input', exit: 2, field: 'match' })
})

test('listen prints one JSON object a line', async () => {
  const { callback } = await listener.lineWith<{ callback?: CallbackSummary }>(line => line.callback?.id === 2)
  expect(callback).toMatchObject({ id: 2, method: 'POST', verdict: expect.any(String) })
})

test('a callback is pinned, tagged and found by filters', async () => {
  const noted = await cli.value<CallbackSummary>(['callbacks', 'note', '2', '--pin', '--tag', 'order', '--note', 'Odd'])
  expect(noted).toMatchObject({ pinned: true, tags: ['order'], note: 'Odd' })
  const ids = async (...options: string[]) =>
    (await cli.value<CallbackSummary[]>(['callbacks', 'list', ...options])).map(row => row.id)
  expect(await ids()).toEqual([2, 1])
  expect(await ids('--search', 'paid')).toEqual([2])
  expect(await ids('--tag', 'order', '--pinned')).toEqual([2])
  expect(await ids('--method', 'POST', '--status', '200', '--since', '1h', '--before', '2')).toEqual([1])
  expect(await ids('--until', '2001-01-01')).toEqual([])
  expect(await cli.fault(['callbacks', 'list', '--verdict', 'good'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault(['callbacks', 'list', '--since', 'soon'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect((await cli.run(['callbacks', 'list'])).stdout).toContain('#order')
})

test('two callbacks are compared', async () => {
  const { code, stdout } = await cli.run(['callbacks', 'diff', '1', '2'])
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('json $.event\n  - "made"\n  + "paid"')
  })
})

test('an export has no secrets, says so, and goes into a file of its owner; whole ones are imported without a loss', async () => {
  const { code, stdout, stderr } = await cli.run(['callbacks', 'export', '1', '2', '--format', 'curl'])
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('--whole') })
  expect(stdout).toContain('curl -X POST')
  expect(stdout).not.toContain('c4n4ry')
  const file = join(cli.folder, 'own.har')
  await cli.run(['callbacks', 'export', '2', '--format', 'har', '--whole', '-o', file])
  expect((await stat(file)).mode & 0o077).toBe(0)
  expect(await readFile(file, 'utf8')).toContain('c4n4ry-header')
  expect((await cli.run(['callbacks', 'import', file])).stdout).toBe('Imported 1 callback: 3 to 3.\n')
  const [before, after] = [
    await cli.value<CallbackDetail>(['callbacks', 'show', '2']),
    await cli.value<CallbackDetail>(['callbacks', 'show', '3'])
  ]
  const { headers, trailers, bodyBase64, target, method, receivedMs } = before
  expect(after).toMatchObject({ headers, trailers, bodyBase64, target, method, receivedMs, origin: 'import' })
  expect(await cli.fault(['callbacks', 'export', '2', '--format', 'xml'])).toMatchObject({ code: 'bad-usage', exit: 2 })
})

test('a file that is no HAR is refused with the place, and one that is not there is bad usage', async () => {
  const file = join(cli.folder, 'bad.har')
  await writeFile(file, '{"log":{"entries":[{}]}}')
  const fault = await cli.fault(['callbacks', 'import', file])
  expect(fault).toMatchObject({ code: 'invalid-input', exit: 2, message: expect.stringContaining('log.entries.0.') })
  expect(await cli.fault(['callbacks', 'import', `${file}.gone`])).toMatchObject({ code: 'bad-usage', exit: 2 })
})

test('wait opens the listener itself where none runs, and says where', async () => {
  await listener.stop()
  const ended = await cli.run(['callbacks', 'wait', '--match', 'false', '--timeout', '0.5', '--port', '0'])
  expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining('Waiting at http://127.0.0.1:') })
})
