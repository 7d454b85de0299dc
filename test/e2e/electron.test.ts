import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { _electron } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forkNode } from '../../src/main/base/child.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { runCallList, type Answer } from '../helpers/call-list.ts'
import { bundlePageClient } from '../helpers/page-script.ts'

const root = join(import.meta.dirname, '../..')
const program = findProgram()
const missing = whyNot()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-electron-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(missing !== undefined)(
  `Electron itself shows the page and answers as a direct client does${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 200_000 },
  async () => {
    await ensureBuilt()
    const direct = await directAnswers()
    const script = await bundlePageClient()
    const shell = await _electron.launch({
      executablePath: program,
      args: [root],
      env: { ...process.env, PLUGBOARD_DATA_DIR: join(folder, 'window'), PLUGBOARD_VAULT: 'session' } as Record<
        string,
        string
      >
    })
    try {
      const page = await shell.firstWindow()
      expect(page.url()).toBe('app://plugboard/index.html?link=port')
      await page.getByText(/\S/).first().waitFor()
      expect(await page.evaluate(`['require', 'process', 'module'].filter(name => name in globalThis)`)).toEqual([])
      await page.evaluate(script)
      expect(JSON.parse(await page.evaluate(() => globalThis.runCallListHere()))).toEqual(direct)
    } finally {
      await shell.close()
    }
  }
)

async function directAnswers(): Promise<Answer[]> {
  const { sandboxEntry, version } = findLayout(join(root, 'src/main'))
  const core = await openCore({
    dataDir: join(folder, 'direct'),
    vault: 'session',
    host: { about: 'test', abilities: [] },
    fork: forkNode,
    sandboxEntry,
    version,
    log: createLog({})
  })
  try {
    return await runCallList(core.client)
  } finally {
    await core.close()
  }
}

function findProgram(): string | undefined {
  const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const pathFile = join(electron, 'path.txt')
  const file = existsSync(pathFile) ? join(electron, 'dist', readFileSync(pathFile, 'utf8')) : undefined
  return file !== undefined && existsSync(file) ? file : undefined
}

function whyNot(): string | undefined {
  if (program === undefined) return "Electron's binary is not here"
  if (process.platform !== 'linux') return undefined
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'no display'
  return process.getuid?.() === 0 ? 'Electron does not run as root with its protection on' : undefined
}
