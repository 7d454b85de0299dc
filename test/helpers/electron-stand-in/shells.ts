import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { ensureBuilt } from '../built.ts'
import { whyNoChromium } from '../chromium.ts'
import { startShell, type Shell } from './shell.ts'

const missing = whyNoChromium()

/** For `test.skipIf`, and for the end of a name, so that what is skipped says why. */
export const chromium = {
  isMissing: missing !== undefined,
  mark: missing === undefined ? '' : ` (skipped: ${missing})`
}

/** Shells of one suite, built once; each ends with its test, the folders with the suite. */
export function useShells(): {
  newFolder: () => string
  start: (dataDir: string, env?: NodeJS.ProcessEnv, args?: string[]) => Shell
} {
  let out: string
  const folders: string[] = []
  const shells: Shell[] = []

  beforeAll(async () => {
    out = await ensureBuilt()
  }, 200_000)
  afterEach(async () => {
    await Promise.all(shells.splice(0).map(shell => shell.stop()))
  })
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  return {
    newFolder() {
      const folder = mkdtempSync(join(tmpdir(), 'plugboard-electron-'))
      folders.push(folder)
      return folder
    },
    start(dataDir, env = {}, args = []) {
      const shell = startShell({ out, dataDir, env, args })
      shells.push(shell)
      return shell
    }
  }
}
