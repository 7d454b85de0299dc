import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../helpers/built.ts'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import { startShell, type Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium } from '../helpers/electron-stand-in/shells.ts'

const pageUrl = 'app://plugboard/index.html?link=port'
const soon = { timeout: 15_000 }

describe.skipIf(chromium.isMissing)(`what the window refuses${chromium.mark}`, () => {
  let folder: string
  let shell: Shell

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugboard-electron-'))
    // As if it were installed: the strictest form. An address to load while developing means nothing there.
    const env = { STAND_IN_PACKAGED: '1', ELECTRON_RENDERER_URL: 'https://evil.example/' }
    shell = startShell({ out: await ensureBuilt(), dataDir: folder, env })
    await shell.ask('text')
  }, 200_000)

  afterAll(async () => {
    await shell?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const journal = () => shell.ask<Journal>('journal')

  test('the installed app shows its own page, sandboxed, without developer tools or a spell checker', async () => {
    const { windows, isSandboxed, isSpellChecked } = await journal()
    expect(await shell.ask('url')).toContain('/index.html?link=port')
    expect({ isSandboxed, isSpellChecked }).toEqual({ isSandboxed: true, isSpellChecked: false })
    expect(windows[0]?.options).toMatchObject({ webPreferences: { devTools: false, spellcheck: false, sandbox: true } })
  })

  test('no request leaves the page, even past its policy', async () => {
    const inside = [pageUrl, 'app://plugboard/assets/x.js', 'blob:app://plugboard/1-2', 'data:image/png;base64,AA==']
    for (const url of inside) expect([url, await shell.ask('lets', url)]).toEqual([url, true])
    for (const url of [
      'https://evil.example/',
      'http://127.0.0.1:4700/',
      'ws://127.0.0.1:4700/',
      'wss://evil.example/',
      'file:///etc/passwd',
      'app://plugboard.evil/x',
      'app://other/',
      'blob:https://evil.example/1',
      'ftp://evil.example/',
      'chrome://version',
      'devtools://devtools/bundled/inspector.html'
    ]) {
      expect([url, await shell.ask('lets', url)]).toEqual([url, false])
    }
    // And in the page itself, where nothing of it is stopped by the policy: the navigation of a frame.
    const frame = `(() => { const frame = document.createElement('iframe'); frame.src = 'https://evil.example/'; document.body.append(frame) })()`
    await shell.ask('evaluate', frame)
    expect((await journal()).refusedRequests.filter(url => !url.startsWith('https://evil.example/'))).toEqual([])
  })

  test('permissions are refused to a frame in the page, to other sessions, and for the screen', async () => {
    const write = 'clipboard-sanitized-write'
    expect(await shell.ask('ask', write, pageUrl, true)).toMatchObject({ request: true, check: true })
    expect(await shell.ask('ask', write, pageUrl, false)).toMatchObject({ request: false, check: false })
    for (const permission of ['media', 'display-capture', 'hid', 'serial', 'usb', 'fullscreen', 'window-management']) {
      expect(await shell.ask('askOtherSession', permission, pageUrl)).toEqual({
        request: false,
        check: false,
        device: false
      })
    }
    expect(await shell.ask('askForScreen')).toBe(false)
  })

  test('a login, a certificate and a wrong certificate get no', async () => {
    const url = 'https://evil.example/'
    const ask = (name: string, ...args: unknown[]) => shell.ask('emitOnApp', name, args)
    expect(await ask('login', null, { url }, { host: 'evil.example' })).toEqual({ isPrevented: true, answered: [] })
    expect(await ask('select-client-certificate', null, url, [{ subjectName: 'me' }])).toEqual({
      isPrevented: true,
      answered: []
    })
    expect(await ask('certificate-error', null, url, 'net::ERR_CERT_AUTHORITY_INVALID', {})).toEqual({
      isPrevented: true,
      answered: [false]
    })
  })

  test('frames, redirects and webviews stay out; our own page may be loaded anew', async () => {
    const emit = (name: string, details: object) => shell.ask('emitOnContents', name, details)
    expect(await emit('will-navigate', { url: pageUrl, isMainFrame: true })).toBe(false)
    for (const name of ['will-navigate', 'will-frame-navigate']) {
      expect(await emit(name, { url: pageUrl, isMainFrame: false })).toBe(true)
      expect(await emit(name, { url: 'https://evil.example/', isMainFrame: true })).toBe(true)
    }
    expect(await emit('will-redirect', { url: pageUrl, isMainFrame: true })).toBe(true)
    expect(await emit('will-attach-webview', {})).toBe(true)
  })

  test('one channel takes messages, and it is the one that asks for a port', async () => {
    expect(await shell.ask('channels')).toEqual(['plugboard:ready'])
  })

  test('a file that the page made is saved where the person says; every other download is refused', async () => {
    const offer = (href: string) => `(() => {
      const link = document.createElement('a')
      link.href = ${href}
      link.download = 'callbacks.har'
      document.body.append(link)
      link.click()
      link.remove()
    })()`
    await shell.ask('evaluate', offer(`URL.createObjectURL(new Blob(['{}'], { type: 'application/json' }))`))
    await expect.poll(async () => (await journal()).downloads.length, soon).toBe(1)
    expect((await journal()).downloads[0]).toEqual({
      url: expect.stringMatching(/^blob:app:\/\/plugboard\//),
      options: { title: 'Save', defaultPath: join('/the/person/downloads', 'callbacks.har') }
    })
    await shell.ask('evaluate', offer(`'data:text/plain,hello'`))
    await expect.poll(async () => (await journal()).refusedDownloads, soon).toEqual(['data:text/plain,hello'])
    for (const [url, at] of [
      ['https://evil.example/x.exe', pageUrl],
      ['app://plugboard/index.html', pageUrl],
      ['blob:https://evil.example/1', pageUrl],
      ['blob:app://plugboard/1', 'https://evil.example/'],
      ['file:///etc/passwd', pageUrl]
    ]) {
      expect([url, await shell.ask('download', url, at)]).toEqual([url, false])
    }
  })

  test('the menu of the installed app has no way to load the page anew or to developer tools', async () => {
    const text = JSON.stringify((await journal()).menu)
    expect(text).not.toMatch(/reload|toggleDevTools|forceReload/i)
    for (const role of ['undo', 'copy', 'paste', 'selectAll', 'zoomIn', 'togglefullscreen', 'help']) {
      expect(text).toContain(`"role":"${role}"`)
    }
  })

  test('the menu moves the page, opens the finder, and leads to the documentation alone', async () => {
    const hash = () => shell.ask('evaluate', 'location.hash')
    await shell.ask('chooseInMenu', 'go-settings')
    await expect.poll(hash, soon).toBe('#/settings')
    await shell.ask('text')
    await shell.ask('chooseInMenu', 'find')
    await expect.poll(() => shell.ask('hasDialog'), soon).toBe(true)
    await shell.ask('chooseInMenu', 'Exotel')
    expect((await journal()).openedLinks).toEqual([expect.stringMatching(/^https:\/\/[a-z.]*exotel\.com\//)])
    await shell.ask('chooseInMenu', 'log')
    expect((await journal()).shownFiles).toEqual([join(folder, 'logs/plugboard.log')])
  })

  test('a right click offers what can be done there, and nothing where there is nothing', async () => {
    const editFlags = {
      canUndo: false,
      canRedo: false,
      canCut: true,
      canCopy: true,
      canPaste: true,
      canSelectAll: true
    }
    await shell.ask('rightClick', { isEditable: false, selectionText: '', editFlags })
    expect((await journal()).popups).toEqual([])
    await shell.ask('rightClick', { isEditable: false, selectionText: 'abc', editFlags })
    await shell.ask('rightClick', { isEditable: true, selectionText: '', editFlags })
    const roles = ((await journal()).popups as { role?: string }[][]).map(popup => popup.map(({ role }) => role))
    expect(roles).toEqual([['copy'], ['undo', 'redo', undefined, 'cut', 'copy', 'paste', undefined, 'selectAll']])
  })
})
