import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { Restored } from '#shared/model/backup.ts'
import { randomWord } from '../base/ids.ts'
import { checkCopy, copyDatabase, prepareCopy, replaceDatabase } from '../store/backup-copy.ts'
import type { LeaseHolder, LeaseName } from '../store/store.ts'
import { ensureWritable, syncFolder } from '../vault/drivers/durable-file.ts'
import type { BackupDeps } from './backups.ts'
import { readContents, type Manifest } from './contents.ts'
import { reading, writeNew } from './files.ts'
import { unseal } from './seal.ts'
import { putSecrets, settleSecrets } from './secrets.ts'
import { makeWorkFolder } from './work-folder.ts'

/** Who must not be at work: what they do would be about the data that goes. */
const leases: LeaseName[] = ['sync', 'listener']
/** Choices about the vaults of this computer. */
const ofThisFolder = ['vault', 'vault-auto-lock', 'vault-lock-order'] as const
/** A restore that was killed is known by its process; this is for one on another computer. */
const leaseMs = 3_600_000

/**
 * Replaces all that is in the data folder by what is in a backup. Nothing is touched before the whole file was found
 * authentic and its database sound; then the secrets go into the vault, and the database is replaced in one transaction.
 * Whatever ends it before that transaction leaves the old data as it was.
 * faults: backup-*, in-use-elsewhere, vault-*, already-exists (a secret's number), store-*, not-found (the file).
 */
export async function restoreBackup(
  deps: BackupDeps,
  { file, passphrase }: { file: string; passphrase: string }
): Promise<Restored> {
  const work = await makeWorkFolder(deps.app.dataDir)
  try {
    const copy = join(work.path, 'restored.db')
    const own = await unpack(file, passphrase, copy)
    deps.onStep?.('unpacked')
    checkRestored(copy)
    deps.onStep?.('checked')
    return await deps.secretTurn(() => alone(deps, () => replace(deps, copy, own)))
  } finally {
    await work.remove()
  }
}

/** Puts the database on disk, decrypted, and is done once every piece was authentic. The secrets are in memory only. */
function unpack(file: string, passphrase: string, copy: string): Promise<Manifest> {
  return reading(file, async readable => {
    const { own, database } = await readContents(unseal(readable, passphrase))
    await writeNew(copy, database)
    return own
  })
}

function checkRestored(copy: string): void {
  try {
    checkCopy(copy)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'store-newer') throw new Fault('backup-newer', { cause: error })
    if (error.code !== 'store-damaged') throw error
    throw new Fault('backup-damaged', {
      message: 'The database in the backup was damaged when it was made',
      cause: error
    })
  }
}

/** Does the work while no process on the data folder, this one included, runs the listener or talks to a provider. */
async function alone<T>(deps: BackupDeps, work: () => Promise<T>): Promise<T> {
  const { store, clock, holder } = deps
  const own = { ...holder, id: `${holder.id}-restore` }
  const taken: LeaseName[] = []
  try {
    for (const name of leases) {
      // Last, so that it goes on where nothing is restored because something is being sent.
      if (name === 'listener') await deps.stopListener()
      if (!store.leases.take(name, own, leaseMs, clock.now()))
        throw inUse(store.leases.holder(name, clock.now()), holder.id)
      taken.push(name)
    }
    return await work()
  } finally {
    for (const name of taken) store.leases.release(name, own.id)
  }
}

async function replace(deps: BackupDeps, copy: string, own: Manifest): Promise<Restored> {
  const { store, vault, clock, onStep } = deps
  const { dataDir } = deps.app
  const put = own.secrets?.length ? await putSecrets(store, await vault.open(), own.secrets) : []
  onStep?.('secrets-put')
  const id = randomWord(16)
  const said = prepareCopy(copy, store.upkeep.space().pageBytes, restored => {
    const missing = settleSecrets(restored, store, { put, needsSecrets: account => deps.needsSecrets(account) })
    for (const name of ofThisFolder) {
      const here = name === 'vault' ? vault.driver() : store.options.get(name)
      if (here) restored.options.set(name, here)
    }
    restored.options.set('restored', id)
    const [accounts, profiles] = [restored.accounts.list().length, restored.profiles.list().length]
    return { missing, accounts, profiles, callbacks: restored.callbacks.count() }
  })
  onStep?.('prepared')
  const kept = await keptIn(dataDir, clock.now())
  const keep = async () => {
    await copyDatabase(dataDir, kept)
    await syncFolder(dirname(kept))
    onStep?.('kept')
  }
  try {
    await replaceDatabase(dataDir, copy, { keep, clock, onStep: () => onStep?.('replacing') })
    if (store.options.get('restored') !== id) throw new Fault('store-busy')
  } catch (error) {
    // Where the database cannot be read either, what was kept may be all that there is of the old data.
    if (store.options.get('restored') !== id) await rm(kept, { force: true })
    throw error
  }
  store.options.set('restored', id)
  onStep?.('replaced')
  deps.changed()
  const { madeMs, madeBy } = own
  return { madeMs, madeBy, ...said, secrets: put.length, kept }
}

const keptBegin = 'plugboard-before-restore-'

/** Where the database is kept as it was before. */
async function keptIn(dataDir: string, nowMs: number): Promise<string> {
  const folder = join(dataDir, 'backups')
  await ensureWritable(folder)
  // Of a restore that was killed while it copied: two never do so at once.
  const left = (await readdir(folder)).filter(name => name.startsWith(keptBegin) && name.endsWith('.partial'))
  await Promise.all(left.map(name => rm(join(folder, name), { force: true })))
  const when = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')
  return join(folder, `${keptBegin}${when}-${randomWord(4)}.db`)
}

function inUse(other: LeaseHolder | undefined, ownId: string): Fault {
  const isOwn = other?.id === ownId
  const who = isOwn
    ? 'This Plugboard'
    : other
      ? `Another Plugboard (${other.about}, process ${other.pid})`
      : 'Another one'
  return new Fault('in-use-elsewhere', {
    message: `${who} is at work on this data folder: it talks to the providers or runs the listener`,
    advice: 'Wait until it has ended, stop the listener, or close that window. Nothing was changed.'
  })
}
