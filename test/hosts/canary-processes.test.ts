import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childEnvironment, forgetPassphrase, withoutPassphrase } from '../../src/main/base/child-environment.ts'
import { createKeychainDriver } from '../../src/main/vault/drivers/keychain.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startDoor } from '../helpers/doors.ts'
import { echoes, startEchoProvider } from '../helpers/echo-provider.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// Secrets that a process was handed in its environment or on its input: not in what it prints, keeps or hands on.

const newSecret = (name: string) => `${name}-${randomBytes(12).toString('hex')}`
const secrets = { passphrase: newSecret('passphrase'), app: newSecret('app'), other: newSecret('other') }
const skipped = existsSync('/proc/self/environ') ? undefined : 'no /proc here'

type Seen = { pid: number; words: string; environment: string }

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? 0)
}

/** Every process below this one, with what the system shows of it. */
function processesBelow(root: number): Seen[] {
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(pids.map(pid => [pid, parentOf(pid)]))
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0
    return parent === root || (parent > 1 && isBelow(parent))
  }
  return pids.filter(isBelow).map(pid => ({
    pid,
    words: read(pid, 'cmdline').replaceAll('\0', ' '),
    environment: read(pid, 'environ')
  }))
}

function expectNoSecret(text: string): void {
  for (const secret of Object.values(secrets)) expect(isTraceIn(text, secret)).toBe(false)
}

test('a program of ours gets what the system and the desktop need, and nothing that may be a secret', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C.UTF-8',
    XDG_RUNTIME_DIR: '/run/user/1',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1/bus',
    SystemRoot: 'C:\\Windows',
    PLUGBOARD_PASSPHRASE: secrets.passphrase,
    EXOTEL_SECRET: secrets.app,
    AWS_SECRET_ACCESS_KEY: secrets.other,
    NODE_OPTIONS: '--inspect',
    ELECTRON_RUN_AS_NODE: '1'
  }
  expect(Object.keys(childEnvironment(env))).toEqual([
    'PATH',
    'HOME',
    'LC_ALL',
    'XDG_RUNTIME_DIR',
    'DBUS_SESSION_BUS_ADDRESS',
    'SystemRoot'
  ])
  expect(Object.keys(withoutPassphrase(env))).toHaveLength(Object.keys(env).length - 1)
  const own = { ...env }
  forgetPassphrase(own)
  expect('PLUGBOARD_PASSPHRASE' in own).toBe(false)
})

describe.skipIf(skipped !== undefined)(`processes${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let cli: Cli

  beforeAll(async () => {
    cli = await createCli({ PLUGBOARD_PASSPHRASE: secrets.passphrase, APP_SECRET: secrets.app, OTHER: secrets.other })
  })
  afterAll(async () => {
    await cli.remove()
  })

  test('the command line prints and keeps no secret, from the environment or from its input', async () => {
    const provider = await startEchoProvider(newSecret('token'))
    try {
      const add = ['accounts', 'add', 'exotel', '--base-url', provider.url, '--set', 'appId=an-app']
      await cli.value([...add, '--label', 'A', '--secret-env', 'appSecret=APP_SECRET'])
      await cli.value([...add, '--label', 'B', '--secrets-stdin'], JSON.stringify({ appSecret: secrets.other }))
      for (const echo of echoes.filter(({ name }) => /401|escaped|hex/.test(name))) {
        provider.speak(echo, 'login')
        for (const words of [
          ['accounts', 'test', 'A'],
          ['--json', 'accounts', 'test', 'B']
        ]) {
          const ended = await cli.run(words)
          expect(ended.code).toBe(1)
          expectNoSecret(ended.stdout + ended.stderr)
        }
      }
      for (const input of [`{"appSecret": "${secrets.other}"`, `["${secrets.other}"]`, secrets.other]) {
        const ended = await cli.run(['accounts', 'update', 'B', '--secrets-stdin'], input)
        expect(ended.code).toBe(2)
        expectNoSecret(ended.stdout + ended.stderr)
      }
      const wrong = await cli.run(['accounts', 'add', 'exotel', '--label', 'C', '--set', `appSecret=${secrets.other}`])
      expect(wrong.code).toBe(2)
      expectNoSecret(wrong.stdout + wrong.stderr)
      for (const words of [['accounts', 'list'], ['--json', 'accounts', 'show', 'A'], ['plan']]) {
        const ended = await cli.run(words)
        expectNoSecret(ended.stdout + ended.stderr)
      }
      expect(provider.seen.sort()).toEqual([secrets.app, secrets.other].sort())
    } finally {
      await provider.close()
    }
    for (const secret of Object.values(secrets)) expect(tracesIn(cli.dataDir, secret)).toEqual([])
  }, 90_000)

  test('the simulator inherits no secret, and no process shows one in its words', async () => {
    const started = await cli.start(['sandbox'])
    try {
      await started.firstLine()
      const below = processesBelow(process.pid)
      const simulator = below.find(({ words }) => /sandbox\/main\.ts/.test(words))
      expect(simulator?.environment).toContain('PATH=')
      expectNoSecret(simulator?.environment ?? '')
      expectNoSecret(below.map(({ words }) => words).join('\n'))
      // The search works: the command itself was handed them.
      expect(below.some(({ environment }) => environment.includes(secrets.passphrase))).toBe(true)
    } finally {
      await started.stop()
    }
  }, 60_000)

  test('the process that makes keychain calls inherits no secret', async () => {
    process.env['PLUGBOARD_CANARY_PASSPHRASE'] = secrets.passphrase
    const driver = createKeychainDriver({ service: newSecret('service'), times: { probeMs: 2_000, callMs: 3_000 } })
    try {
      const probing = driver.probe()
      await expect
        .poll(() => processesBelow(process.pid).some(({ words }) => words.includes('keychain-process')))
        .toBe(true)
      const child = processesBelow(process.pid).find(({ words }) => words.includes('keychain-process'))
      expectNoSecret(child?.environment ?? '')
      expect(child?.environment).toContain('PATH=')
      await probing
    } finally {
      delete process.env['PLUGBOARD_CANARY_PASSPHRASE']
      await driver.close()
    }
  }, 30_000)

  test('the browser that is opened inherits no passphrase', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugboard-browser-'))
    // What xdg-open calls on GNOME.
    const browser = join(folder, 'gio')
    writeFileSync(browser, `#!/bin/sh\nenv > "${folder}/part"\nmv "${folder}/part" "${folder}/environment"\n`)
    chmodSync(browser, 0o755)
    const door = startDoor({
      out: await ensureBuilt(),
      door: 'web',
      args: ['--data-dir', join(folder, 'data'), '--vault', 'file'],
      env: {
        PLUGBOARD_PASSPHRASE: secrets.passphrase,
        PATH: `${folder}:${process.env['PATH']}`,
        XDG_CURRENT_DESKTOP: 'GNOME',
        DISPLAY: ':99',
        CI: ''
      }
    })
    try {
      await door.printed(/protected|protects|passphrase/)
      await expect.poll(() => existsSync(join(folder, 'environment')), { timeout: 15_000 }).toBe(true)
      const environment = readFileSync(join(folder, 'environment'), 'utf8')
      expect(environment).toContain('DISPLAY=:99')
      expectNoSecret(environment)
      expectNoSecret(door.stdout() + door.stderr())
    } finally {
      await door.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 200_000)
})
