import { createReadStream } from 'node:fs'
import { link, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { copyDatabase } from '../store/backup-copy.ts'
import { contentsOf, readContents, type Manifest } from './contents.ts'
import type { BackupDeps, Step } from './backups.ts'
import { putFile, reading, type Readable } from './files.ts'
import { seal, unseal } from './seal.ts'
import { gatherSecrets } from './secrets.ts'
import { makeWorkFolder } from './work-folder.ts'

export type CreateOrder = {
  /** Where it is to be. */
  file: string
  /** Without it, nothing may be there. */
  mayReplace?: boolean | undefined
  passphrase: string
  withSecrets: boolean
}

export type Created = { bytes: number; secrets: number | null; missing: { of: string; name: string }[] }

/**
 * Makes a backup of the data folder as it is at one moment, also while others write, and reads it back before it gets its
 * name. faults: already-exists, not-found (the folder), store-*, vault-*.
 */
export async function createBackup(deps: BackupDeps, order: CreateOrder): Promise<Created> {
  const { file, passphrase, withSecrets } = order
  const work = await makeWorkFolder(deps.app.dataDir)
  const step = (name: Step) => deps.onStep?.(name)
  try {
    const copy = join(work.path, 'copy.db')
    const { secrets, missing } = withSecrets ? await copyWithSecrets(deps, copy) : await copyAlone(deps, copy)
    step('copied')
    const own: Manifest = {
      madeBy: deps.app.version,
      madeMs: deps.clock.now(),
      databaseBytes: (await stat(copy)).size,
      secrets
    }
    const { bytes, plain } = contentsOf(own, createReadStream(copy))
    const cost = deps.scryptCost
    const check = async (draft: string) => {
      step('written')
      await reading(draft, found => readThrough(found, passphrase))
    }
    const sealed = seal(plain, { bytes, passphrase, ...(cost && { cost }) })
    await putFile(file, sealed, check, order.mayReplace ? rename : link)
    step('created')
    return { bytes: (await stat(file)).size, secrets: secrets?.length ?? null, missing }
  } finally {
    await work.remove()
  }
}

async function copyAlone({ app }: BackupDeps, copy: string) {
  await copyDatabase(app.dataDir, copy)
  return { secrets: null, missing: [] }
}

/** Nobody changes a secret between the two, so that the copy points at those that are inside. */
function copyWithSecrets(deps: BackupDeps, copy: string) {
  return deps.secretTurn(async () => {
    await copyAlone(deps, copy)
    return gatherSecrets(deps.store, deps.vault, deps.secretPlaces())
  })
}

async function readThrough(found: Readable, passphrase: string): Promise<void> {
  const { database } = await readContents(unseal(found, passphrase))
  for await (const _ of database);
}
