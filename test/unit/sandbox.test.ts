import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { forkNode, splitLines } from '../../src/main/base/child.ts'
import type { ForkChild } from '../../src/main/base/child.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createSandbox } from '../../src/main/sandbox/sandbox.ts'
import {
  appLogin,
  isAlive,
  makeFolder,
  sandboxEntry,
  startReceiver,
  startSimulator,
  waitUntil
} from './sandbox-process.ts'
import type { SandboxState } from './sandbox-process.ts'

type Running = { url: string; pid: number }

/** A launcher whose children are counted and ended with the test. */
function launch(dataDir: string, more: { port?: number; entry?: string } = {}) {
  const pids: number[] = []
  const fork: ForkChild = (entry, args) => {
    const child = forkNode(entry, args)
    if (child.pid !== undefined) pids.push(child.pid)
    return child
  }
  const sandbox = createSandbox({ dataDir, fork, entry: sandboxEntry, clock: systemClock, ...more })
  onTestFinished(() => sandbox.close())
  return { ...sandbox, pids }
}

async function readRunning(dataDir: string): Promise<Running> {
  return JSON.parse(await readFile(join(dataDir, 'sandbox', 'exotel.running.json'), 'utf8')) as Running
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof Fault) return error
  throw new Error(`a fault was expected, there came ${String(error)}`)
}

async function occupyPort(port = 0): Promise<number> {
  const server = createServer(socket => socket.destroy())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function putSetting(url: string, Key: string, Value: string): Promise<void> {
  await fetch(`${url}/__sandbox/settings`, { method: 'PUT', body: JSON.stringify({ Key, Value }) })
}

async function askForToken(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v2/integrations/token`, {
    method: 'POST',
    headers,
    body: JSON.stringify(appLogin)
  })
  return ((await response.json()) as { Data: string }).Data
}

async function askApi(method: string, url: string, token: string, body?: unknown): Promise<number> {
  const headers = { authorization: token, 'content-type': 'application/json' }
  const response = await fetch(`${url}/v2/integrations/app_setting`, { method, headers, body: JSON.stringify(body) })
  return response.status
}

test('one child serves everybody who asks at the same time, and ends with close', async () => {
  const sandbox = launch(await makeFolder())
  expect(await sandbox.status('exotel')).toEqual({ running: false, url: null })
  const urls = await Promise.all([sandbox.ensure('exotel'), sandbox.ensure('exotel'), sandbox.ensure('exotel')])
  expect(new Set(urls).size).toBe(1)
  expect(await sandbox.ensure('exotel')).toBe(urls[0])
  expect(sandbox.pids).toHaveLength(1)
  expect(await sandbox.status('exotel')).toEqual({ running: true, url: urls[0] })
  await sandbox.close()
  expect(sandbox.pids.filter(isAlive)).toEqual([])
  expect(await sandbox.status('exotel')).toEqual({ running: false, url: null })
})

test('the simulator of another process on the data folder is used and left running', async () => {
  const dataDir = await makeFolder()
  const first = launch(dataDir)
  const second = launch(dataDir)
  const url = await first.ensure('exotel')
  expect(await second.ensure('exotel')).toBe(url)
  await second.close()
  expect(second.pids).toEqual([])
  expect((await first.status('exotel')).running).toBe(true)
})

test('of two processes that start at once one gives way', async () => {
  const dataDir = await makeFolder()
  const launchers = [launch(dataDir), launch(dataDir), launch(dataDir)]
  const urls = await Promise.all(launchers.map(one => one.ensure('exotel')))
  expect(new Set(urls).size).toBe(1)
  const pids = launchers.flatMap(one => one.pids)
  expect(pids.filter(isAlive)).toEqual([(await readRunning(dataDir)).pid])
})

test('settings, tokens and the log outlive the process, and the port stays', async () => {
  const dataDir = await makeFolder()
  const first = launch(dataDir)
  const url = await first.ensure('exotel')
  await putSetting(url, 'callback', 'http://127.0.0.1:9/x')
  const token = await askForToken(url)
  await first.close()
  const second = launch(dataDir)
  expect(await second.ensure('exotel')).toBe(url)
  const state = (await second.state('exotel')) as SandboxState
  expect(state.settings).toContainEqual({ Key: 'callback', Value: 'http://127.0.0.1:9/x' })
  expect(state.log).toMatchObject([{ path: '/v2/integrations/token', status: 200 }])
  const read = await fetch(`${url}/v2/integrations/app_setting`, { headers: { authorization: token } })
  expect(read.status).toBe(200)
})

test.each([
  ['a token', async () => undefined],
  ['a written setting', (token: string, url: string) => askApi('POST', url, token, { Key: 'record', Value: 'true' })],
  ['a deletion', (token: string, url: string) => askApi('DELETE', url, token, { Key: 'popup' })]
] as const)('%s that was answered outlives a kill, and the next ensure starts another child', async (_what, change) => {
  const sandbox = launch(await makeFolder())
  const url = await sandbox.ensure('exotel')
  const token = await askForToken(url)
  await change(token, url)
  const { settings } = (await sandbox.state('exotel')) as SandboxState
  const [pid = 0] = sandbox.pids
  process.kill(pid, 'SIGKILL')
  await waitUntil(() => !isAlive(pid))
  expect(await sandbox.ensure('exotel')).toBe(url)
  expect(sandbox.pids).toHaveLength(2)
  expect(((await sandbox.state('exotel')) as SandboxState).settings).toEqual(settings)
  expect(await askApi('GET', url, token)).toBe(200)
})

test('when the last port is taken by now, any free one does', async () => {
  const dataDir = await makeFolder()
  const sandbox = launch(dataDir)
  const url = await sandbox.ensure('exotel')
  await sandbox.close()
  await occupyPort(Number(new URL(url).port))
  const other = await sandbox.ensure('exotel')
  expect(other).not.toBe(url)
  expect(await sandbox.status('exotel')).toEqual({ running: true, url: other })
})

test('an explicit port is taken or named as taken', async () => {
  const port = await occupyPort()
  const fault = await faultOf(launch(await makeFolder(), { port }).ensure('exotel'))
  expect([fault.code, fault.message]).toEqual(['port-taken', expect.stringContaining(String(port))])
  const sandbox = launch(await makeFolder())
  expect((await faultOf(sandbox.ensure('exotel', port))).code).toBe('port-taken')
  const free = Number(new URL((await startSimulator()).url).port)
  expect((await faultOf(launch(await makeFolder(), { port: free }).ensure('exotel'))).code).toBe('port-taken')
})

test('running info is not trusted when another simulator answers there, or when it is damaged', async () => {
  const dataDir = await makeFolder()
  const stranger = await startSimulator()
  await mkdir(join(dataDir, 'sandbox'))
  for (const text of [
    JSON.stringify({ url: stranger.url, pid: stranger.pid + 1 }),
    '{',
    '',
    '{"url":"http://evil/"}'
  ]) {
    await writeFile(join(dataDir, 'sandbox', 'exotel.running.json'), text)
    const sandbox = launch(dataDir)
    const url = await sandbox.ensure('exotel')
    expect(url).not.toBe(stranger.url)
    expect(await readRunning(dataDir)).toEqual({ url, pid: sandbox.pids[0] })
    await sandbox.close()
  }
})

test('a damaged state file is set aside and the sandbox starts anew', async () => {
  const dataDir = await makeFolder()
  await mkdir(join(dataDir, 'sandbox'))
  await writeFile(join(dataDir, 'sandbox', 'exotel.json'), '{"version":1,"settings":')
  const sandbox = launch(dataDir)
  expect(((await sandbox.state('exotel')) as SandboxState).settings).toHaveLength(4)
  expect(await readdir(join(dataDir, 'sandbox'))).toContain('exotel.json.damaged')
})

test('no secret and no token is in the files', async () => {
  const dataDir = await makeFolder()
  const sandbox = launch(dataDir)
  const token = await askForToken(await sandbox.ensure('exotel'))
  await sandbox.close()
  for (const name of await readdir(join(dataDir, 'sandbox'))) {
    const text = await readFile(join(dataDir, 'sandbox', name), 'utf8')
    for (const secret of [token, appLogin.Secret]) expect(text).not.toContain(secret)
  }
})

test('the test credentials open the account', async () => {
  const sandbox = launch(await makeFolder())
  expect(sandbox.providers.toSorted()).toEqual(['exotel', 'jframework', 'ocamba', 'opentact', 'textmarks'])
  const { fields, secrets } = sandbox.credentials('exotel')
  expect({ fields, secrets }).toEqual({ fields: { appId: appLogin.Id }, secrets: { appSecret: appLogin.Secret } })
})

test('a call is placed through the launcher', async () => {
  const sandbox = launch(await makeFolder())
  const receiver = await startReceiver()
  await putSetting(await sandbox.ensure('exotel'), 'callback', receiver.url)
  const { deliveries } = await sandbox.placeCall('exotel', { to: '+12025550142' })
  expect(deliveries.map(({ url, status }) => [url, status])).toEqual([
    [receiver.url, 200],
    [receiver.url, 200]
  ])
  expect(receiver.caught).toHaveLength(2)
  expect((await faultOf(sandbox.placeCall('exotel', { to: 'nobody' }))).code).toBe('invalid-input')
})

test('an unknown provider, a folder that cannot be and a program that does not start are faults', async () => {
  const dataDir = await makeFolder()
  for (const name of ['nobody', 'constructor']) {
    const sandbox = launch(dataDir)
    expect((await faultOf(sandbox.ensure(name))).code).toBe('not-found')
    expect(() => sandbox.credentials(name)).toThrow(Fault)
  }
  const broken = join(dataDir, 'ends-at-once.ts')
  await writeFile(broken, 'process.exitCode = 3\n')
  const fault = await faultOf(launch(dataDir, { entry: broken }).ensure('exotel'))
  expect([fault.code, fault.message]).toEqual(['unreachable', expect.stringContaining('code 3')])
  const blocked = await makeFolder()
  await writeFile(join(blocked, 'sandbox'), 'a file where the folder should be')
  expect((await faultOf(launch(blocked).ensure('exotel'))).code).toBe('store-read-only')
})

test('the program says in one line why it does not start, and exits with 1', async () => {
  const port = await occupyPort()
  for (const [args, code] of [
    [['--provider', 'exotel', '--port', String(port)], 'port-taken'],
    [['--provider', 'nobody'], 'bad-usage'],
    [['--provider', 'exotel', '--port', 'x'], 'bad-usage'],
    [['--provider', 'exotel', '--colour', 'red'], 'bad-usage']
  ] as const) {
    const child = forkNode(sandboxEntry, [...args])
    const lines: string[] = []
    child.onLine(line => lines.push(line))
    const exitCode = await new Promise(resolve => child.onExit(resolve))
    await waitUntil(() => lines.length > 0)
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({ failed: { code, message: expect.any(String) as string } })
    expect(exitCode).toBe(1)
  }
})

test.each(['SIGTERM', 'SIGINT'] as const)('the program ends in order on %s', async signal => {
  const { child, pid } = await startSimulator()
  const ended = new Promise(resolve => child.onExit(resolve))
  process.kill(pid, signal)
  expect(await ended).toBe(0)
})

test('the simulator ends when the process that started it is killed', async () => {
  const dataDir = await makeFolder()
  const source = (path: string) => JSON.stringify(new URL(`../../src/main/${path}`, import.meta.url).href)
  const script = join(dataDir, 'parent.mjs')
  await writeFile(
    script,
    `import { forkNode } from ${source('base/child.ts')}
     import { systemClock } from ${source('base/clock.ts')}
     import { createSandbox } from ${source('sandbox/sandbox.ts')}
     const [dataDir, entry] = process.argv.slice(2)
     const sandbox = createSandbox({ dataDir, entry, fork: forkNode, clock: systemClock })
     console.log(await sandbox.ensure('exotel'))
     setInterval(() => {}, 1000)`
  )
  const parent = spawn(process.execPath, [script, dataDir, sandboxEntry], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const url = await new Promise<string>(resolve => splitLines(parent.stdout, resolve))
  const { pid } = await readRunning(dataDir)
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')))
  expect((await fetch(`${url}/__sandbox/health`)).status).toBe(200)
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await waitUntil(() => !isAlive(pid))
})
