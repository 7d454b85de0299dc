import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import type { Envelope } from '../helpers/cli.ts'
import { missingParts } from '../helpers/parts.ts'
import { processesLeft, runInSession, type KeychainState } from '../helpers/secret-service.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// The whole way of a credential, through the real commands and a real Secret Service: keychain → provider, and nowhere else.

const reason = missingParts(['gnome-keyring-daemon', 'dbus-run-session', 'dbus-send', 'secret-tool'])
const entry = join(import.meta.dirname, '../../src/main/cli.ts')
const { appId } = sandboxCredentials.fields
const { appSecret } = sandboxCredentials.secrets

describe.skipIf(reason !== undefined)(`the app on a real keychain${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let home: string
  let dataDir: string
  let simulator: Simulator

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'plugboard-keychain-'))
    dataDir = join(home, 'data')
    simulator = await startSimulator()
  })
  afterAll(async () => {
    await simulator.stop()
    const left = await processesLeft(home)
    await rm(home, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`)
  })

  async function plugboard(
    state: KeychainState,
    words: string[]
  ): Promise<Envelope<unknown> & { exit: number | null }> {
    const command = [process.execPath, entry, '--json', '--data-dir', dataDir, ...words]
    const ended = await runInSession(home, state, command, {
      SECRET: appSecret,
      PLUGBOARD_PASSPHRASE: 'of the file'
    })
    expect(isTraceIn(ended.stdout + ended.stderr, appSecret)).toBe(false)
    return { ...(JSON.parse(ended.stdout) as Envelope<unknown>), exit: ended.code }
  }

  test('an account added with --vault keychain works in the next process, without saying the vault again', async () => {
    const words = ['accounts', 'add', 'exotel', '--label', 'A', '--base-url', simulator.url, '--set', `appId=${appId}`]
    expect(
      await plugboard('unlocked', ['--vault', 'keychain', ...words, '--secret-env', 'appSecret=SECRET'])
    ).toMatchObject({ ok: true, value: { secrets: [{ name: 'appSecret', version: 1, vault: 'keychain' }] } })
    expect(await plugboard('unlocked', ['accounts', 'test', 'A'])).toMatchObject({ ok: true, exit: 0 })
    expect(await plugboard('unlocked', ['profiles', 'pull'])).toMatchObject({ ok: true, value: [{ seen: 4 }] })
  })

  test('secret-tool finds the secret, and the data folder has no trace of it', async () => {
    const service = `Plugboard ${(await readFile(join(dataDir, 'vault-id'), 'utf8')).trim()}`
    const found = await runInSession(home, 'unlocked', ['secret-tool', 'search', '--all', 'service', service])
    expect(found.stdout).toContain(`secret = ${appSecret}`)
    expect(tracesIn(dataDir, appSecret)).toEqual([])
    // The search itself works: what is not secret is found.
    expect(tracesIn(dataDir, appId)).not.toEqual([])
  })

  test('a locked keychain stops only what needs a secret', async () => {
    expect(await plugboard('locked', ['accounts', 'test', 'A'])).toMatchObject({
      ok: false,
      exit: 1,
      fault: { code: 'vault-locked', retry: 'after-fix' }
    })
    const edit = ['profiles', 'set', 'popup', 'value=https://crm.example.com/locked']
    expect(await plugboard('locked', edit)).toMatchObject({ ok: true, value: { state: 'edited' } })
    expect(await plugboard('locked', ['plan'])).toMatchObject({ ok: true, value: { changes: [{ action: 'update' }] } })
    expect(await plugboard('locked', ['apply', '--yes'])).toMatchObject({ ok: false, fault: { code: 'vault-locked' } })
    expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/popup' })
  })

  test('without a bus the fault names what to install', async () => {
    const ended = await plugboard('no-bus', ['accounts', 'test', 'A'])
    expect(ended).toMatchObject({ ok: false, exit: 1, fault: { code: 'vault-no-service' } })
    expect(ended.ok ? '' : ended.fault.advice).toMatch(/libsecret-1-0.*gnome-keyring/)
  })

  test('the edit that was made meanwhile is applied once the keychain is open again', async () => {
    expect(await plugboard('unlocked', ['apply', '--yes'])).toMatchObject({ ok: true, value: { writes: 1 } })
    expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/locked' })
  })

  test('secrets move to the passphrase file and back: each time they work there and are gone where they were', async () => {
    const stored = async () => {
      const service = `Plugboard ${(await readFile(join(dataDir, 'vault-id'), 'utf8')).trim()}`
      return (await runInSession(home, 'unlocked', ['secret-tool', 'search', '--all', 'service', service])).stdout
    }
    expect(await plugboard('locked', ['vault', 'move', 'file', '--yes'])).toMatchObject({
      ok: false,
      fault: { code: 'vault-locked' }
    })
    const there = { ok: true, value: { moved: 1, left: 0 } }
    expect(await plugboard('unlocked', ['vault', 'move', 'file', '--yes'])).toMatchObject(there)
    expect(await stored()).toBe('')
    expect(await plugboard('no-service', ['accounts', 'test', 'A'])).toMatchObject({ ok: true })
    expect(tracesIn(dataDir, appSecret)).toEqual([])
    expect(await plugboard('unlocked', ['vault', 'move', 'keychain', '--yes'])).toMatchObject(there)
    expect(await stored()).toContain(`secret = ${appSecret}`)
    expect(await plugboard('unlocked', ['accounts', 'test', 'A'])).toMatchObject({ ok: true })
  })

  test('removing the account removes its secret from the keychain', async () => {
    expect(await plugboard('unlocked', ['accounts', 'remove', 'A'])).toMatchObject({ ok: true })
    const service = `Plugboard ${(await readFile(join(dataDir, 'vault-id'), 'utf8')).trim()}`
    const found = await runInSession(home, 'unlocked', ['secret-tool', 'search', '--all', 'service', service])
    expect(found.stdout).not.toContain(appSecret)
  })
})
