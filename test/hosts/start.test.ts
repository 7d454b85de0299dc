import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readyLine } from '../../src/main/base/ready-line.ts'
import { findElectron, firstProblem } from '../../src/main/hosts/web/electron-binary.ts'
import { whyNoWindow } from '../../src/main/hosts/web/start.ts'
import { whyNotStarted } from '../../src/main/hosts/web/electron-problems.ts'
import { runWindow } from '../../src/main/hosts/web/window.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { startDoor, type Door } from '../helpers/doors.ts'

let out: string
let folder: string
let doors: Door[] = []

beforeAll(async () => {
  out = await ensureBuilt()
}, 200_000)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-start-'))
})

afterEach(async () => {
  await Promise.all(doors.map(door => door.stop('SIGKILL')))
  doors = []
  rmSync(folder, { recursive: true, force: true })
})

function start(door: 'start' | 'web', args: string[] = [], env: NodeJS.ProcessEnv = {}): Door {
  const started = startDoor({
    out,
    door,
    args: ['--data-dir', join(folder, 'data'), ...args],
    env: { CI: '1', ...env }
  })
  doors.push(started)
  return started
}

test('without a display one line says why, the browser is served, and a signal ends it with 0', async () => {
  const door = start('start')
  const [, url = ''] = await door.printed(/^Plugboard is at (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/m)
  await door.printed(/No place for secrets is chosen yet/)
  const [first] = door.stdout().split('\n')
  expect(first).toBe('No display here: opening Plugboard in the browser instead.')
  const answer = await fetch(url, { redirect: 'manual' })
  expect(answer.status).toBe(303)
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(401)
  expect(await door.stop('SIGINT')).toBe(0)
  expect(door.stderr()).toBe('')
}, 60_000)

test('the sandbox is ready within the start, with a vault of this session, and ends with the app', async () => {
  const door = start('start', ['--sandbox'])
  await door.printed(/The sandbox runs; its account is ".+"\./)
  expect(door.stdout()).toContain('the vault of this session was chosen')
  expect(door.stdout()).not.toContain('No place for secrets')
  expect(await door.stop()).toBe(0)
}, 60_000)

test('a vault that was chosen is named', async () => {
  const door = start('web', ['--no-open', '--vault', 'session'])
  await door.printed(/Secrets are kept for this session only/)
  expect(await door.stop()).toBe(0)
}, 60_000)

test('a port that is taken is said in one line with exit code 1, and nothing stays open', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const door = start('web', ['--port', String(port)])
  expect(await door.ended()).toBe(1)
  expect(door.stderr()).toMatch(new RegExp(`^Port ${port} is used by another program\\. Close that program[^\\n]*\\n$`))
  server.close()
}, 60_000)

test('a data folder that is a file is a fault, not a stack', async () => {
  writeFileSync(join(folder, 'data'), 'a file')
  const door = start('web', ['--no-open'])
  expect(await door.ended()).toBe(1)
  expect(door.stderr()).not.toMatch(/\n\s+at /)
  expect(door.stderr()).toMatch(/^[A-Z][^\n]+\n$/)
}, 60_000)

test('whether a window can be shown depends on display, user and arguments', () => {
  const display = { DISPLAY: ':0' }
  const why = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, userId?: number, args: string[] = []) =>
    whyNoWindow({ args, env, platform, userId })
  expect(why('linux', {}, 1000)).toBe('No display here')
  expect(why('linux', display, 1000)).toBeUndefined()
  expect(why('linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000)).toBeUndefined()
  expect(why('linux', display, 0)).toContain('--no-sandbox')
  expect(why('darwin', {}, 0)).toBeUndefined()
  expect(why('win32', {})).toBeUndefined()
  expect(why('darwin', {}, 501, ['--port', '4000'])).toBe('--port is about the browser')
  expect(why('darwin', {}, 501, ['--no-open'])).toBe('--no-open is about the browser')
  expect(why('darwin', {}, 501, ['--sandbox'])).toBeUndefined()
})

function program(text: string): string {
  const file = join(folder, 'program')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
  return file
}

test.skipIf(process.platform === 'win32')(
  'a window that never came is a failure, one that came ends with its own code',
  async () => {
    const options = { root: folder, args: ['--sandbox'], env: process.env }
    const failed = program('echo "error while loading shared libraries: libnss3.so" >&2; exit 127')
    expect(await runWindow({ ...options, program: failed })).toEqual({
      failed: 'the system library libnss3.so is missing'
    })
    expect(await runWindow({ ...options, program: program('kill -SEGV $$') })).toEqual({
      failed: 'it ended with SIGSEGV'
    })
    expect(await runWindow({ ...options, program: join(folder, 'nothing') })).toEqual({
      failed: expect.stringContaining('ENOENT')
    })
    expect(await runWindow({ ...options, program: program(`echo "${readyLine}"; exit 3`) })).toEqual({ code: 3 })
    expect(await runWindow({ ...options, program: program('test "$2" = --sandbox') })).toEqual({ code: 0 })
  }
)

const isFetched = existsSync(join(import.meta.dirname, '../../node_modules/electron/path.txt'))

test.skipIf(isFetched)(
  `where Electron's binary cannot be fetched, that is said with the reason, within the limit${isFetched ? ' (skipped: it is here)' : ''}`,
  { timeout: 60_000 },
  async () => {
    // Nobody listens there, and nothing is in the cache.
    const env = { ...process.env, ELECTRON_MIRROR: 'http://127.0.0.1:9/', electron_config_cache: folder }
    expect(await findElectron(env, 30_000)).toEqual({
      missing: expect.stringMatching(/^Electron's binary could not be fetched \([^\n]+\)$/)
    })
    expect(await findElectron(env, 1)).toEqual({
      missing: "Electron's binary could not be fetched (no answer within 0.001 seconds)"
    })
  }
)

test('why Electron did not start is said in plain words where it is known', () => {
  // Seen on Ubuntu 24.04.
  const sandbox =
    "[77996:0908/150845.9:FATAL:sandbox/linux/suid/client/setuid_sandbox_host.cc:166] The SUID sandbox helper binary was found, but is not configured correctly. Rather than run without sandboxing I'm aborting now."
  expect(whyNotStarted(sandbox)).toMatch(/does not let it build its sandbox; docs\/security\.md/)
  const library = 'electron: error while loading shared libraries: libatk-1.0.so.0: cannot open shared object file'
  expect(whyNotStarted(library)).toBe('the system library libatk-1.0.so.0 is missing')
  expect(whyNotStarted('[1:1:ERROR:ozone.cc(2)] Missing X server or $DISPLAY')).toBe('the display refuses it')
  expect(whyNotStarted('something new')).toBe('something new')
  expect(whyNotStarted(' \n')).toBeUndefined()
})

test('the line that names a problem is found and kept short', () => {
  expect(firstProblem('\nnote\nError: connect ECONNREFUSED 1.2.3.4:443\n    at x (y.js:1)\n')).toBe(
    'Error: connect ECONNREFUSED 1.2.3.4:443'
  )
  expect(firstProblem('[1:ERROR:bus.cc] no bus\n[1:FATAL:host.cc(163)] The helper is not configured\n')).toContain(
    'helper'
  )
  expect(firstProblem('')).toBe('it did not say why')
  expect(firstProblem('x'.repeat(500))).toHaveLength(120)
})
