import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore, type OpenOptions } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'

/** Folders and stores of one test file: each test has its own, gone when it ends. */
export function storeFolders(): {
  folder: () => string
  open: (options?: Partial<OpenOptions>) => Promise<Store>
} {
  const folders: string[] = []
  const stores: Store[] = []

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'plugboard-store-'))
    folders.push(path)
    return path
  }

  afterEach(() => {
    for (const store of stores.splice(0)) store.close()
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
  })

  return {
    folder,
    async open(options = {}) {
      const store = await openStore({ dataDir: options.dataDir ?? folder(), clock: systemClock, ...options })
      stores.push(store)
      return store
    }
  }
}
