import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { addExample, backupFolders, filesIn } from '../helpers/backup-folder.ts'
import { backupWord as passphrase } from '../helpers/backup-word.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const program = join(import.meta.dirname, '../helpers/restore-and-die.ts')
const { folder, open } = backupFolders()
const patienceMs = 60_000

/** As large as needs several steps to be replaced. */
const bigBody = Buffer.alloc(1_000_000, 'x')
const bodies = 40

/** Runs it to its end, or to its death. out: the signal, or what it printed. */
async function run(words: string[], shell: string[] = []): Promise<string> {
  const [command = '', ...args] = [...shell, process.execPath, program, ...words]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<NodeJS.Signals | null>(resolve => child.once('close', (_, signal) => resolve(signal)))
  const printed = await text(child.stdout)
  return (await ended) ?? printed.trim()
}

/** A folder with an account that has a secret, many callbacks, and a backup of it. */
async function big(label: string): Promise<{ dataDir: string; file: string }> {
  const core = await open()
  await addExample(core, label, `the secret of ${label}`)
  const store = await openStore({ dataDir: core.dataDir, clock: systemClock })
  store.callbacks.addAll(Array.from({ length: bodies }, () => callbackRow({ body: bigBody })))
  store.close()
  const file = join(folder(), 'x.backup')
  await core.backups.create({ file, passphrase, withSecrets: true })
  await core.close()
  return { dataDir: core.dataDir, file }
}

/** What the folder is after all that: sound, of one account, whose secret is there. */
async function stateOf(dataDir: string): Promise<string> {
  const core = await open(dataDir)
  const accounts = await core.client.accounts.list()
  const file = join(folder(), 'look.backup')
  const { secrets, missing } = await core.backups.create({ file, passphrase, withSecrets: true })
  await core.close()
  const db = new Database(join(dataDir, 'plugboard.db'), { readonly: true })
  expect(db.pragma('quick_check', { simple: true })).toBe('ok')
  const callbacks = Number(db.prepare('SELECT count(*) FROM callbacks').pluck().get())
  db.close()
  expect({ secrets, missing }).toEqual({ secrets: 1, missing: [] })
  return `${accounts.map(({ label }) => label).join()} ${callbacks}`
}

const oldSteps: [string, string][] = [
  ['unpacked', '1'],
  ['checked', '1'],
  ['secrets-put', '1'],
  ['prepared', '1'],
  ['kept', '1'],
  ['replacing', '1'],
  ['replacing', '3']
]

test(
  'a restore that is killed at any step leaves the old data whole, and then works',
  { timeout: patienceMs },
  async () => {
    const { file } = await big('New')
    const core = await open()
    await addExample(core, 'Old', 'the secret of Old')
    await core.close()
    for (const [step, time] of oldSteps) {
      expect(await run([core.dataDir, 'restore', file, step, time])).toBe('SIGKILL')
      expect(await stateOf(core.dataDir), `${step} ${time}`).toBe('Old 0')
      expect(
        filesIn(core.dataDir).filter(name => name.startsWith('backup-work')),
        'the next start clears up'
      ).toEqual([])
    }
    expect(await run([core.dataDir, 'restore', file, 'replaced', '1'])).toBe('SIGKILL')
    expect(await stateOf(core.dataDir)).toBe(`New ${bodies}`)
    expect(await run([core.dataDir, 'restore', file])).toBe('done')
    expect(await stateOf(core.dataDir)).toBe(`New ${bodies}`)
  }
)

test(
  'a backup that is killed has no name, and nothing in the clear is left after the next start',
  { timeout: patienceMs },
  async () => {
    const { dataDir } = await big('Main')
    for (const step of ['copied', 'written']) {
      const target = folder()
      const file = join(target, 'new.backup')
      expect(await run([dataDir, 'create', file, step])).toBe('SIGKILL')
      expect(existsSync(file)).toBe(false)
      expect(await stateOf(dataDir)).toBe(`Main ${bodies}`)
      expect(filesIn(dataDir)).toEqual(['plugboard.db', 'vault.json'])
      expect(readdirSync(target)).toHaveLength(step === 'written' ? 1 : 0)
      for (const name of readdirSync(target)) expect(name).toMatch(/^new\.backup\.\d+-\w+\.partial$/)
      expect(await run([dataDir, 'create', file])).toBe('done')
      expect(readdirSync(target), 'the next one clears up').toEqual(['new.backup'])
    }
  }
)

const unshare = ['unshare', '--map-root-user', '--mount', 'sh', '-c']
const canMount = spawnSync('unshare', [...unshare.slice(1), 'mount -t tmpfs none /mnt']).status === 0
const reason = canMount ? '' : ' (skipped: mounting in a namespace is not allowed here)'

describe.skipIf(!canMount)(`on a disk of its own${reason}`, () => {
  // Room for the folder and: not the copy; the copy and not what is kept; both and not the transaction.
  test.each([30, 60, 110])(
    'a disk that gets full while %i MB are there leaves the old data whole',
    { timeout: patienceMs },
    async megabytes => {
      const { file } = await big('New')
      const { dataDir: old } = await big('Old')
      const [disk, out] = [folder(), folder()]
      const room = `mount -t tmpfs -o size=${megabytes + 43}m none ${disk} && cp -a ${old}/. ${disk} && "$@"; cp -a ${disk}/. ${out}`
      expect(await run([disk, 'restore', file], [...unshare, room, 'sh'])).toBe('store-full')
      expect(await stateOf(out)).toBe(`Old ${bodies}`)
      expect(filesIn(out).filter(name => /partial|work|before/.test(name))).toEqual([])
    }
  )
})
