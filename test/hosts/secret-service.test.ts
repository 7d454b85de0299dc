import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { missingParts } from '../helpers/parts.ts'
import {
  processesLeft,
  processesOf,
  runInSession,
  sessionEnvironment,
  type KeychainState
} from '../helpers/secret-service.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

const reason = missingParts(['gnome-keyring-daemon', 'dbus-run-session', 'dbus-send', 'secret-tool'])
const program = fileURLToPath(new URL('../helpers/vault-probe.ts', import.meta.url))
const secret = 'Canary/Secret+88=ü&"x"'

let home: string
let dataDir: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'plugboard-keyring-'))
  dataDir = join(home, 'data')
})
afterEach(async () => {
  const left = await processesLeft(home)
  await rm(home, { recursive: true, force: true })
  if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`)
})

const vaultId = async () => (await readFile(join(dataDir, 'vault-id'), 'utf8')).trim()

/** Runs the steps on the vault of the data folder. out: what came of each. */
async function onVault(state: KeychainState, steps: string[], folder = dataDir): Promise<unknown[]> {
  const outcome = await runInSession(home, state, [process.execPath, program, folder, ...steps], { SECRET: secret })
  // dbus-daemon may write a line of its own to stderr.
  expect(outcome).toMatchObject({ code: 0 })
  expect(isTraceIn(outcome.stderr, secret)).toBe(false)
  return JSON.parse(outcome.stdout)
}

async function secretTool(...args: string[]): Promise<string> {
  const { stdout } = await runInSession(home, 'unlocked', ['secret-tool', ...args])
  return stdout
}

describe.skipIf(reason !== undefined)(`secret service${reason ? ` (skipped: ${reason})` : ''}`, () => {
  test('a secret is in the keychain, where the system’s own tool finds it, and nowhere in the data folder', async () => {
    expect(await onVault('unlocked', ['probe', 'write', 'read', 'names'])).toEqual([
      null,
      null,
      secret,
      ['acc-1/token:v1']
    ])
    const service = `Plugboard ${await vaultId()}`
    expect(await secretTool('lookup', 'service', service, 'account', 'acc-1/token:v1')).toBe(secret)
    expect(await secretTool('search', '--all', 'service', service)).toContain(`secret = ${secret}`)
    expect(tracesIn(home, secret)).toEqual([])
  })

  test('it is there again in the next session, until it is forgotten', async () => {
    await onVault('unlocked', ['write'])
    expect(await onVault('unlocked', ['read', 'forget', 'names'])).toEqual([secret, null, []])
    expect(await onVault('unlocked', ['read'])).toEqual([
      expect.objectContaining({ code: 'secret-missing', field: 'token' })
    ])
    expect(await secretTool('search', '--all', 'service', `Plugboard ${await vaultId()}`)).toBe('')
  })

  test('every value comes back as it was written: empty, NUL, not ASCII, over the limit of Windows', async () => {
    expect(await onVault('unlocked', ['suite', 'names'])).toEqual([[], []])
  })

  test('a long value that lost a part is damaged, and is removed whole', async () => {
    const [, read, , names] = await onVault('unlocked', ['drop-part', 'read', 'sweep', 'names'])
    expect(read).toMatchObject({ code: 'vault-damaged' })
    expect(names).toEqual([])
    expect(await secretTool('search', '--all', 'service', `Plugboard ${await vaultId()}`)).toBe('')
  })

  test('two data folders do not see each other’s entries; the sweep of one leaves the other', async () => {
    await onVault('unlocked', ['write'])
    const other = join(home, 'other')
    const results = await onVault('unlocked', ['names', 'read', 'sweep'], other)
    expect(results).toEqual([[], expect.objectContaining({ code: 'secret-missing' }), 0])
    expect(await onVault('unlocked', ['sweep-nothing', 'read', 'sweep', 'names'])).toEqual([0, secret, 1, []])
  })

  test('the key of the fingerprints lives in the keychain and outlives the session', async () => {
    const [first] = await onVault('unlocked', ['fingerprint', 'sweep'])
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(await onVault('unlocked', ['fingerprint'])).toEqual([first])
  })

  test('a locked keychain is a fault for every call, never a missing secret, and the entry is there once it is unlocked', async () => {
    await onVault('unlocked', ['write'])
    const locked = expect.objectContaining({
      code: 'vault-locked',
      retry: 'after-fix',
      advice: expect.stringContaining('--unlock')
    })
    const steps = ['probe', 'read', 'write', 'forget', 'names', 'sweep', 'fingerprint']
    expect(await onVault('locked', steps)).toEqual(steps.map(() => locked))
    expect(await onVault('unlocked', ['read', 'names'])).toEqual([secret, ['acc-1/token:v1']])
  })

  test('a keychain that never had a keyring is a fault of its own', async () => {
    const fault = expect.objectContaining({ code: 'vault-no-collection', advice: expect.stringContaining('keyring') })
    expect(await onVault('locked', ['probe', 'read', 'write'])).toEqual([fault, fault, fault])
  })

  test.each(['no-service', 'no-bus'] as const)('where there is %s, the advice names what to install', async state => {
    const results = await onVault(state, ['probe', 'read', 'write', 'names'])
    for (const result of results) {
      expect(result).toMatchObject({
        code: 'vault-no-service',
        advice: expect.stringMatching(/libsecret-1-0.*gnome-keyring/)
      })
      expect(isTraceIn(JSON.stringify(result), secret)).toBe(false)
    }
    const [probed] = await onVault(state, ['probe-all'])
    expect(probed).toMatchObject([
      { fault: { code: 'vault-no-service' } },
      { driver: 'file' },
      { driver: 'session', fault: null }
    ])
  })

  describe('a keychain that never answers', () => {
    let bus: Server
    let address: string
    beforeEach(async () => {
      bus = createServer(socket => socket.on('error', () => undefined))
      const path = join(home, 'bus')
      await new Promise<void>(resolve => bus.listen(path, resolve))
      address = `unix:path=${path}`
    })
    afterEach(() => bus.close())

    test('is reported as locked and asked anew by the next call, and the process that asked ends by itself', async () => {
      let asked = 0
      bus.on('connection', () => (asked += 1))
      const command = [process.execPath, program, dataDir, 'quick-probe', 'quick-read', 'quick-read']
      const outcome = await runInSession(home, 'no-bus', command, { DBUS_SESSION_BUS_ADDRESS: address })
      expect(outcome).toMatchObject({ code: 0, stderr: '' })
      const locked = expect.objectContaining({ code: 'vault-locked', message: expect.stringContaining('no answer') })
      expect(JSON.parse(outcome.stdout)).toEqual([locked, locked, locked])
      expect(asked).toBeGreaterThan(1)
      expect(await processesLeft(home)).toEqual([])
    })

    test('leaves no process behind when the one that asked is killed', async () => {
      const env = { ...sessionEnvironment(home), DBUS_SESSION_BUS_ADDRESS: address }
      const asking = new Promise<void>(resolve => bus.once('connection', () => resolve()))
      const child = spawn(process.execPath, [program, dataDir, 'read'], { env, stdio: 'ignore' })
      await asking
      expect(processesOf(home)).toHaveLength(2)
      child.kill('SIGKILL')
      expect(await processesLeft(home)).toEqual([])
    })
  })
})
