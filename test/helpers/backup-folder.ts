import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Step } from '../../src/main/backup/backups.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Core } from '../../src/main/core.ts'
import { scryptCost } from './backup-word.ts'
import { makeCheapVault, openCoreOn } from './core-child.ts'

/** Data folders with cores, of one test file: gone when each test ends. */
export function backupFolders(): {
  folder: () => string
  open: (dataDir?: string, onStep?: (step: Step) => void) => Promise<Core & { dataDir: string }>
} {
  const folders: string[] = []
  const cores: Core[] = []

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'plugboard-backup-'))
    folders.push(path)
    return path
  }

  afterEach(async () => {
    for (const core of cores.splice(0)) await core.close()
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
  })

  return {
    folder,
    /** A core whose secrets are in a passphrase file, and whose keys cost nothing. */
    async open(dataDir = folder(), onStep) {
      await makeCheapVault(dataDir)
      const core = await openCoreOn(dataDir, 'test', systemClock, undefined, { backup: { scryptCost, onStep } })
      cores.push(core)
      return { ...core, dataDir }
    }
  }
}

/** An account that is never talked to. */
export async function addExample({ client }: Pick<Core, 'client'>, label: string, secret: string) {
  return client.accounts.add({
    provider: 'exotel',
    label,
    baseUrl: 'https://exotel.example.test',
    fields: { appId: 'app' },
    secrets: { appSecret: secret }
  })
}

/** What is in the folder, without the logs and what SQLite has beside an open database. */
export function filesIn(dataDir: string): string[] {
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
  return names.filter(name => !/^log|-(wal|shm)$/.test(name)).sort()
}
