import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { Restored } from '#shared/model/backup.ts'
import { randomWord } from '../base/ids.ts'
import { checkCopy, copyDatabase, prepareCopy, replaceDatabase } from '../store/backup-copy.ts'
import { ensureWritable, syncFolder } from '../vault/drivers/durable-file.ts'
import { alone } from './alone.ts'
import type { BackupDeps } from './backups.ts'
import { readContents, type Manifest } from './contents.ts'
import { reading, writeNew } from './files.ts'
import { unseal } from './seal.ts'
import { putSecrets, settleSecrets } from './secrets.ts'
import { makeWorkFolder } from './work-folder.ts'

/** Choices about the vaults of this computer. */
const ofThisFolder = ['vault', 'vault-auto-lock', 'vault-lock-order'] as const

/**
 * Replaces all that is in the data folder by what is in a backup. Nothing is touched before the whole file was found
 * authentic and its database sound; then the secrets go into the vault, and the database is replaced in one transaction.
 * Whatever ends it before that transaction leaves the old data as it was, and the listener running where it ran.
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
    return await deps.secretTurn(() => alone(deps, () => replace(deps, copy, own), work.remove))
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
