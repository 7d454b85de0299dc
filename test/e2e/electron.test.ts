import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe.skipIf(missing !== undefined)(
  `Electron itself${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let shell: ElectronApplication
    let page: Page
    const env = () =>
      ({ ...process.env, PLUGBOARD_DATA_DIR: join(folder, 'window'), PLUGBOARD_VAULT: 'session' }) as Record<
        string,
        string
      >

    beforeAll(async () => {
      await ensureBuilt()
      // Playwright would switch the sandbox off, and Plugboard does not open then.
      shell = await _electron.launch({ executablePath: program, args: [root], chromiumSandbox: true, env: env() })
      page = await shell.firstWindow()
      await page.getByText(/\S/).first().waitFor()
    }, 200_000)

    afterAll(async () => {
      await shell?.close()
    })

    test('shows the page and answers as a direct client does', { timeout: 200_000 }, async () => {
      const direct = await directAnswers()
      expect(page.url()).toBe('app://plugboard/index.html?link=port')
      expect(await page.evaluate(`['require', 'process', 'module'].filter(name => name in globalThis)`)).toEqual([])
      await page.evaluate(await bundlePageClient())
      expect(JSON.parse(await page.evaluate(() => globalThis.runCallListHere()))).toEqual(direct)
    })

    test('a second start ends with 0 and moves the page of the first to the place of its link', async () => {
      await page.evaluate(`globalThis.wasHere = true`)
      const second = spawn(program ?? '', [root, 'plugboard://settings'], { env: env(), stdio: 'ignore' })
      const code = await new Promise(resolve => second.once('exit', resolve))
      expect(code).toBe(0)
      await expect.poll(() => page.url(), { timeout: 10_000 }).toBe('app://plugboard/index.html?link=port#/settings')
      expect(await page.evaluate('globalThis.wasHere')).toBe(true)
      expect(shell.windows()).toHaveLength(1)
    })

    test('a link of the system moves the page; one that leads nowhere does not', async () => {
      const open = (url: string) =>
        shell.evaluate(({ app }, link) => app.emit('open-url', { preventDefault: () => undefined }, link), url)
      await open('plugboard://callbacks/12?do=replay')
      await open('plugboard://history')
      await expect.poll(() => page.url(), { timeout: 10_000 }).toBe('app://plugboard/index.html?link=port#/history')
    })

    test('the page stays where it is and opens no window', async () => {
      const before = page.url()
      for (const url of ['https://example.com/', 'file:///etc/hosts', 'app://plugboard/other.html']) {
        await page.evaluate(`location.href = ${JSON.stringify(url)}`).catch(() => undefined)
        await page.evaluate('new Promise(resolve => setTimeout(resolve, 300))')
        expect([url, page.url()]).toEqual([url, before])
      }
      expect(await page.evaluate(`window.open('https://example.com/') === null`)).toBe(true)
      expect(shell.windows()).toHaveLength(1)
    })

    test('permissions are refused, and nothing is fetched from elsewhere', async () => {
      const state = (name: string) =>
        page.evaluate(`navigator.permissions.query({ name: '${name}' }).then(one => one.state)`)
      for (const name of ['geolocation', 'camera', 'microphone', 'notifications']) {
        expect([name, await state(name)]).toEqual([name, 'denied'])
      }
      const elsewhere = `fetch('https://example.com/').then(() => 'reached', () => 'refused')`
      expect(await page.evaluate(elsewhere)).toBe('refused')
      const screen = `navigator.mediaDevices?.getDisplayMedia({ video: true }).then(() => 'given', () => 'refused') ?? 'refused'`
      expect(await page.evaluate(screen)).toBe('refused')
    })
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
