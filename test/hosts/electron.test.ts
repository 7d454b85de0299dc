import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forkNode } from '../../src/main/base/child.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { runCallList, type Answer } from '../helpers/call-list.ts'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import { startShell, type Shell } from '../helpers/electron-stand-in/shell.ts'
import { bundlePageClient } from '../helpers/page-script.ts'
import { startDoor } from '../helpers/doors.ts'

const missing = whyNoChromium()
const pageUrl = 'app://plugboard/index.html?link=port'

let out: string
let script: string
const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-electron-'))
  folders.push(folder)
  return folder
}

beforeAll(async () => {
  out = await ensureBuilt()
  script = await bundlePageClient()
}, 200_000)

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function directAnswers(): Promise<Answer[]> {
  const { sandboxEntry, version } = findLayout(join(import.meta.dirname, '../../src/main'))
  const core = await openCore({
    dataDir: newFolder(),
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

describe.skipIf(missing !== undefined)(`the doors${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let direct: Answer[]
  /** Of the page as the browser door shows it at first. */
  let heading: string

  beforeAll(async () => {
    direct = await directAnswers()
  }, 60_000)

  test('the list of calls does something: values, a fault with its data, refused input and a stream', () => {
    const answer = (call: string) => direct.find(one => one.call.startsWith(call))
    expect(answer('app.info')?.value).toMatchObject({ vault: 'session' })
    expect(answer('accounts.add')?.value).toMatchObject({ label: 'Café ☎ 日本', id: '<id>' })
    expect(answer('accounts.list')?.value).toHaveLength(1)
    expect(answer('accounts.get of')).toMatchObject({ code: 'FAULT', data: { code: 'not-found' } })
    expect(answer('accounts.add without')).toMatchObject({ code: 'FAULT', data: { code: 'invalid-input' } })
    expect(answer('callbacks.get of')).toMatchObject({ code: 'FAULT', data: { code: 'invalid-input' } })
    expect(answer('app.watch')?.value).toEqual({ topic: 'accounts', atMs: '<time>' })
  })

  test('the browser door shows the page and answers as a direct client does', { timeout: 90_000 }, async () => {
    const door = startDoor({
      out,
      door: 'web',
      args: ['--no-open', '--vault', 'session', '--data-dir', newFolder()]
    })
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
    try {
      const [, url = ''] = await door.printed(/^Plugboard is at (\S+)$/m)
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('pageerror', error => problems.push(String(error)))
      page.on('console', message => {
        if (message.type() === 'error') problems.push(message.text())
      })
      await page.goto(url)
      expect(page.url()).toBe(`${new URL(url).origin}/`)
      heading = await page.getByRole('heading').first().innerText()
      expect(heading).not.toBe('')
      expect(await page.title()).toContain('Plugboard')
      expect(problems).toEqual([])
      await page.evaluate(script)
      expect(JSON.parse(await page.evaluate(() => globalThis.runCallListHere()))).toEqual(direct)
    } finally {
      await browser.close()
      await door.stop()
    }
  })

  describe('the window', () => {
    let shell: Shell

    beforeAll(async () => {
      shell = startShell({ out, dataDir: newFolder() })
      await shell.ask('text')
    }, 60_000)

    afterAll(async () => {
      await shell.stop()
    })

    const journal = () => shell.ask<Journal>('journal')

    test('shows the page, and answers as a direct client does', { timeout: 60_000 }, async () => {
      expect(await shell.ask('evaluate', 'document.title')).toContain('Plugboard')
      expect(await shell.ask('heading')).toBe(heading)
      const { consoleErrors, refusedRequests, errorBoxes } = await journal()
      expect({ consoleErrors, refusedRequests, errorBoxes }).toEqual({
        consoleErrors: [],
        refusedRequests: [],
        errorBoxes: []
      })
      await shell.ask('evaluate', script)
      expect(JSON.parse(await shell.ask<string>('evaluate', 'globalThis.runCallListHere()'))).toEqual(direct)
    })

    test('the page has its ports again after it was loaded anew', { timeout: 60_000 }, async () => {
      await shell.ask('reload')
      await shell.ask('text')
      await shell.ask('evaluate', script)
      const answers = JSON.parse(await shell.ask<string>('evaluate', 'globalThis.runCallListHere()')) as Answer[]
      expect(answers.find(one => one.call === 'accounts.list')?.value).toHaveLength(2)
    })

    test('is sandboxed and isolated, and shown once it is ready', async () => {
      const { windows, schemes } = await journal()
      expect(windows).toHaveLength(1)
      expect(windows[0]).toMatchObject({
        shown: true,
        options: {
          show: false,
          webPreferences: {
            sandbox: true,
            contextIsolation: true,
            nodeIntegration: false,
            webSecurity: true,
            preload: expect.stringMatching(/out[\\/]preload[\\/]index\.cjs$/)
          }
        }
      })
      expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
    })

    test('the page has nothing of Node or Electron, and no eval', async () => {
      const names = ['require', 'process', 'module', 'ipcRenderer', 'electron', 'standIn', 'standInTell', 'Buffer']
      expect(await shell.ask('evaluate', `${JSON.stringify(names)}.filter(name => name in globalThis)`)).toEqual([])
      const inline = `new Promise(resolve => {
        document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true })
        const script = document.createElement('script')
        script.textContent = 'globalThis.inlineRan = true'
        document.head.append(script)
      })`
      expect(await shell.ask('evaluate', inline)).toBe('script-src-elem')
      expect(await shell.ask('evaluate', `'inlineRan' in globalThis`)).toBe(false)
      const elsewhere = `fetch('https://evil.example/').then(() => 'reached', () => 'refused')`
      expect(await shell.ask('evaluate', elsewhere)).toBe('refused')
      expect((await journal()).refusedRequests).toEqual([])
    })

    test('the protocol serves the page folder and nothing else', async () => {
      const fetched = (url: string, method = 'GET') =>
        shell.ask<{ status: number; headers: Record<string, string>; body: string }>('fetch', url, method)
      const page = await fetched(pageUrl)
      expect(page.status).toBe(200)
      expect(page.headers['content-security-policy']).toContain("default-src 'none'")
      expect(page.headers['content-security-policy']).toContain("connect-src 'none'")
      expect(page.headers['x-content-type-options']).toBe('nosniff')
      for (const url of [
        'app://plugboard/../main/index.js',
        'app://plugboard/%2e%2e/main/index.js',
        'app://plugboard/..%2fmain%2findex.js',
        'app://plugboard/assets/..%2f..%2fmain%2findex.js',
        'app://plugboard/..%5cmain%5cindex.js',
        'app://plugboard//etc/hosts',
        'app://plugboard/%00',
        'app://plugboard/%ff',
        'app://plugboard/',
        'app://other/index.html',
        'app://plugboard.evil/index.html'
      ]) {
        const answer = await fetched(url)
        expect([url, answer.status, answer.body]).toEqual([url, 404, ''])
      }
      expect((await fetched(pageUrl, 'POST')).status).toBe(405)
      expect((await fetched(pageUrl, 'HEAD')).body).toBe('')
    })

    test('a port goes to the main frame of our page and to nobody else', async () => {
      expect(await shell.ask('askForPort', pageUrl, false)).toBe(true)
      expect(await shell.ask('askForPort', 'app://plugboard/index.html', false)).toBe(true)
      expect(await shell.ask('askForPort', pageUrl, true)).toBe(false)
      for (const url of [
        'https://evil.example/index.html',
        'app://plugboard/other.html',
        'app://plugboard.evil/index.html',
        'file:///index.html',
        'about:blank',
        ''
      ]) {
        expect([url, await shell.ask('askForPort', url, false)]).toEqual([url, false])
      }
    })

    test('a message that is no call ends its port, not the app', { timeout: 30_000 }, async () => {
      for (const data of ['{', '[]', '{"i":"1","p":{"u":"//"}}', { i: '1' }, 7, null]) {
        expect(await shell.ask('sendOverPort', data)).toBe(true)
      }
      expect(await shell.ask('url')).toContain('index.html')
      expect((await journal()).errorBoxes).toEqual([])
    })

    test('the page stays where it is', { timeout: 60_000 }, async () => {
      const before = await shell.ask('url')
      const targets = ['https://evil.example/', 'http://127.0.0.1:1/', 'https://plugboard.test/other.html']
      for (const [index, target] of targets.entries()) {
        await shell.ask('evaluate', `location.href = ${JSON.stringify(target)}`)
        // The next one would take the place of one that is not asked about yet.
        await expect
          .poll(async () => (await journal()).preventedNavigations.length, { timeout: 10_000 })
          .toBe(index + 1)
      }
      expect((await journal()).preventedNavigations).toEqual([
        'https://evil.example/',
        'http://127.0.0.1:1/',
        'app://plugboard/other.html'
      ])
      expect(await shell.ask('url')).toBe(before)
      expect(await shell.ask('emitOnContents', 'will-attach-webview')).toBe(true)
      expect(await shell.ask('emitOnContents', 'will-redirect')).toBe(true)
      expect((await journal()).refusedRequests).toEqual([])
    })

    test('a link opens outside only when it is https and leads to a documentation', { timeout: 60_000 }, async () => {
      const cards = direct.find(one => one.call === 'providers.list')?.value as { docsUrl: string }[]
      const docs = new URL(cards[0]?.docsUrl ?? '').href
      const open = (url: string) => shell.ask('evaluate', `window.open(${JSON.stringify(url)}) && undefined`)
      await open('https://evil.example/')
      await open(docs.replace('https:', 'http:'))
      await open(docs)
      await expect.poll(async () => (await journal()).openedLinks, { timeout: 10_000 }).toEqual([docs])
      await expect.poll(() => shell.ask('pages'), { timeout: 10_000 }).toBe(1)
    })

    test('no permission is granted but writing text to the clipboard', async () => {
      for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'clipboard-read', 'openExternal']) {
        expect([permission, await shell.ask('ask', permission, pageUrl)]).toEqual([
          permission,
          { request: false, check: false, device: false }
        ])
      }
      const write = 'clipboard-sanitized-write'
      expect(await shell.ask('ask', write, pageUrl)).toEqual({ request: true, check: true, device: false })
      expect(await shell.ask('ask', write, 'https://evil.example/')).toMatchObject({ request: false, check: false })
    })

    test('a second instance brings this window to the front', async () => {
      expect(await shell.ask('secondInstance')).toEqual(['restore', 'focus'])
      expect((await journal()).windows).toHaveLength(1)
    })
  })
})
