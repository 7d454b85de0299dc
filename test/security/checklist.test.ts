import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inEmptyPage, startCheckedShell, type CheckedShell } from '../helpers/checked-shell.ts'
import { chromium } from '../helpers/electron-stand-in/shells.ts'

// Electron's own checklist (electron/docs/tutorial/security.md, "Checklist: Security recommendations"), one test for each
// recommendation, under its number and its words. The built bundles run as if they were installed.

const root = join(import.meta.dirname, '../..')
const pageUrl = 'app://plugboard/index.html?link=port'
const evil = 'https://evil.example/'
const soon = { timeout: 15_000 }

describe.skipIf(chromium.isMissing)(`Electron's checklist${chromium.mark}`, () => {
  let shell: CheckedShell

  beforeAll(async () => {
    shell = await startCheckedShell()
  }, 200_000)
  // Where it did not start there is nothing to stop.
  afterAll(() => (shell as CheckedShell | undefined)?.stop())

  test('1. Only load secure content', async () => {
    const { refusedRequests, windows } = await shell.journal()
    expect(windows).toHaveLength(1)
    expect(await shell.ask('url')).toMatch(/\/index\.html\?link=port/)
    expect(refusedRequests).toEqual([])
    const html = readFileSync(join(shell.out, 'renderer/index.html'), 'utf8')
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\.\/assets\/.*\.js$/)])
    )
    expect(html).not.toMatch(/(?:src|href)="(?!\.\/assets\/)/)
    for (const url of ['http://127.0.0.1:4700/', 'ws://127.0.0.1:4700/', evil]) {
      expect([url, await shell.ask('lets', url)]).toEqual([url, false])
    }
  })

  test('2. Do not enable Node.js integration for remote content', async () => {
    const chosen = await shell.preferences()
    expect(chosen).toMatchObject({ nodeIntegration: false })
    expect(chosen['nodeIntegrationInWorker'] ?? false).toBe(false)
    expect(chosen['nodeIntegrationInSubFrames'] ?? false).toBe(false)
    const names = ['require', 'process', 'module', 'exports', 'Buffer', 'global', '__dirname', 'setImmediate']
    expect(await shell.evaluate(`${JSON.stringify(names)}.filter(name => name in globalThis)`)).toEqual([])
  })

  test('3. Enable context isolation in all renderers', async () => {
    expect(await shell.preferences()).toMatchObject({ contextIsolation: true })
  })

  test('4. Enable process sandboxing', async () => {
    expect((await shell.journal()).isSandboxed).toBe(true)
    expect(await shell.preferences()).toMatchObject({ sandbox: true })
    // A sandboxed preload is CommonJS and loads nothing but Electron.
    expect(
      [...shell.built('preload').matchAll(/\b(?:require|import)\b\(?\s*(.{12})/g)].map(([, what]) => what)
    ).toEqual(['"electron");'])
    expect(shell.found('main', /appendSwitch|appendArgument/)).toBeUndefined()
  })

  test('5. Handle session permission requests from remote content', async () => {
    const asked = [
      'media',
      'geolocation',
      'notifications',
      'midi',
      'midiSysex',
      'pointerLock',
      'fullscreen',
      'openExternal'
    ]
    const more = [
      'clipboard-read',
      'display-capture',
      'hid',
      'serial',
      'usb',
      'idle-detection',
      'keyboardLock',
      'unknown'
    ]
    for (const permission of [...asked, ...more]) {
      const answers = [
        await shell.ask('ask', permission, pageUrl),
        await shell.ask('askOtherSession', permission, pageUrl)
      ]
      const no = { request: false, check: false, device: false }
      expect([permission, ...answers]).toEqual([permission, no, no])
    }
    // The one that is granted is what the copy buttons do, for our page alone.
    const write = 'clipboard-sanitized-write'
    expect(await shell.ask('ask', write, evil)).toMatchObject({ request: false, check: false })
  })

  test('6. Do not disable webSecurity', async () => {
    expect(await shell.preferences()).toMatchObject({ webSecurity: true })
    expect(shell.found('main', /webSecurity["']?\s*:\s*(?:false|!1)|disable-web-security/)).toBeUndefined()
  })

  test('7. Define a Content-Security-Policy and use restrictive rules', async () => {
    const nowhere = 'app://plugboard/no-such-file.js'
    for (const url of [pageUrl, nowhere]) {
      const { headers } = await shell.ask<{ headers: Record<string, string> }>('fetch', url, 'GET')
      const policy = headers['content-security-policy'] ?? ''
      const rules = new Map(policy.split('; ').map(rule => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]))
      expect(Object.fromEntries(rules)).toMatchObject({
        'default-src': "'none'",
        'script-src': "'self'",
        'connect-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'"
      })
      expect(policy).not.toMatch(/unsafe-eval|\*|https?:|script-src[^;]*unsafe/)
    }
    const violation = `new Promise(resolve => {
      document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true })
      const button = document.createElement('button')
      button.setAttribute('onclick', 'globalThis.ran = true')
      document.body.append(button)
      button.click()
      button.remove()
    })`
    expect(await shell.evaluate(violation)).toBe('script-src-attr')
    expect(await shell.evaluate(`'ran' in globalThis`)).toBe(false)
  })

  test('8. Do not enable allowRunningInsecureContent', async () => {
    expect((await shell.preferences())['allowRunningInsecureContent'] ?? false).toBe(false)
    expect(shell.found('main', /allow-?running-?insecure-?content/i)).toBeUndefined()
  })

  test('9. Do not enable experimental features', async () => {
    expect((await shell.preferences())['experimentalFeatures'] ?? false).toBe(false)
    expect(shell.found('main', /experimentalFeatures|enable-experimental/)).toBeUndefined()
  })

  test('10. Do not use enableBlinkFeatures', async () => {
    expect(await shell.preferences()).not.toHaveProperty('enableBlinkFeatures')
    expect(shell.found('main', /enable-?Blink-?Features/i)).toBeUndefined()
  })

  test('11. <webview>: Do not use allowpopups (there is no webview)', async () => {
    expect((await shell.preferences())['webviewTag'] ?? false).toBe(false)
    // React knows the word among the elements of the world; nobody makes one or sets its attribute.
    expect(
      shell.found('renderer', /<webview|createElement\(["'`]webview|jsxs?\)?\(["'`]webview|allowpopups/)
    ).toBeUndefined()
    expect(await shell.evaluate(`document.querySelectorAll('webview').length`)).toBe(0)
  })

  test('12. <webview>: Verify options and params before creation (none is let)', async () => {
    expect(await shell.ask('emitOnContents', 'will-attach-webview', {})).toBe(true)
  })

  test('13. Disable or limit navigation', async () => {
    const before = await shell.ask('url')
    for (const target of [evil, 'http://127.0.0.1:1/', 'https://plugboard.test/other.html']) {
      await shell.evaluate(`void (location.href = ${JSON.stringify(target)})`)
    }
    const prevented = async () => (await shell.journal()).preventedNavigations
    await expect.poll(prevented, soon).toEqual(expect.arrayContaining([evil, 'app://plugboard/other.html']))
    expect(await shell.ask('url')).toBe(before)
    const foreign = { url: pageUrl, isMainFrame: false }
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect([name, await shell.ask('emitOnContents', name, foreign)]).toEqual([name, true])
    }
  })

  test('14. Disable or limit creation of new windows', async () => {
    for (const url of [
      evil,
      pageUrl,
      'app://plugboard/assets/x.svg',
      'about:blank',
      'javascript:1',
      'blob:x',
      'data:,x'
    ]) {
      expect([url, await shell.ask('askForWindow', url)]).toEqual([url, 'deny'])
    }
    await shell.evaluate(`void window.open(${JSON.stringify(evil)})`)
    await expect.poll(() => shell.ask('pages'), soon).toBe(1)
    expect((await shell.journal()).windows).toHaveLength(1)
  })

  test('15. Do not use shell.openExternal with untrusted content', async () => {
    const before = (await shell.journal()).openedLinks
    const docs = 'developer.exotel.com'
    const hosts = [evil, `http://${docs}/`, `https://${docs}.evil.example/`, `https://${docs}@evil.example/`]
    const schemes = [
      `file://${docs}/etc/passwd`,
      'smb://evil.example/x',
      'ms-msdt:/id',
      'mailto:a@evil.example',
      'vbscript:1'
    ]
    for (const url of [...hosts, ...schemes, 'plugboard://settings', '']) {
      expect([url, await shell.ask('askForWindow', url)]).toEqual([url, 'deny'])
    }
    expect((await shell.journal()).openedLinks).toEqual(before)
    // The same way does open what may be opened.
    const [card] = JSON.parse(await shell.calling('providers', 'list')) as { docsUrl: string }[]
    const link = new URL(card?.docsUrl ?? '').href
    await shell.ask('askForWindow', link)
    expect((await shell.journal()).openedLinks).toEqual([...before, link])
    expect([...shell.built('main').matchAll(/openExternal\(/g)]).toHaveLength(1)
  })

  test('16. Use a current version of Electron', () => {
    const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown
    const { version } = read('node_modules/electron/package.json') as { version: string }
    const { packages } = read('package-lock.json') as { packages: Record<string, { version: string }> }
    expect(packages['node_modules/electron']?.version).toBe(version)
    // Not a preview of the next one. What is current tomorrow only the registry knows: CI asks it every week.
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    const ci = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')
    expect(ci).toMatch(/^ {2}schedule:$/m)
    expect(ci).toContain('npm outdated electron')
  })

  test('17. Validate the sender of all IPC messages', async () => {
    expect(await shell.ask('channels')).toEqual(['plugboard:ready'])
    expect(shell.found('main', /ipcMain\.(handle|handleOnce|once)\(/)).toBeUndefined()
    expect(await shell.ask('askForPort', pageUrl, false)).toBe(true)
    expect(await shell.ask('askForPort', pageUrl, true)).toBe(false)
    for (const url of [evil, 'app://plugboard/other.html', 'app://plugboard.evil/index.html', 'about:blank', '']) {
      expect([url, await shell.ask('askForPort', url, false)]).toEqual([url, false])
    }
  })

  test('18. Avoid usage of the file:// protocol and prefer usage of custom protocols', async () => {
    expect((await shell.journal()).schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }
    ])
    expect(shell.found('main', /\.loadFile\(|loadURL\(["'`]file:|registerFileProtocol/)).toBeUndefined()
    expect(await shell.ask('askForPort', 'file:///index.html', false)).toBe(false)
    for (const url of [
      'app://plugboard/../main/index.js',
      'app://plugboard/..%2f..%2fpackage.json',
      'app://plugboard//etc/hosts'
    ]) {
      expect([url, (await shell.ask<{ status: number }>('fetch', url, 'GET')).status]).toEqual([url, 404])
    }
  })

  test('19. Check which fuses you can change (all are decided; package-fuses.test.ts flips them)', () => {
    const settings = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
    expect(settings).toContain('afterPack: ./resources/packaging/fuses.ts')
    const hook = readFileSync(join(root, 'resources/packaging/fuses.ts'), 'utf8')
    for (const fuse of Object.values(FuseV1Options).filter(name => typeof name === 'string')) {
      expect(hook).toContain(`FuseV1Options.${fuse}`)
    }
    expect(hook).toContain('strictlyRequireAllFuses: true')
  })

  test('20. Do not expose Electron APIs to untrusted web content', async () => {
    expect(shell.found('preload', /contextBridge|exposeInMainWorld/)).toBeUndefined()
    await shell.ask('reload')
    await shell.ask('text')
    // What the page's world has and an empty page's has not: zod's own registries.
    const names = `Object.getOwnPropertyNames(globalThis)`
    const known = new Set(await inEmptyPage<string[]>(names))
    const added = (await shell.evaluate<string[]>(names)).filter(name => !known.has(name))
    expect(added.sort()).toEqual(['__zod_globalConfig', '__zod_globalRegistry'])
    // It is no accident of an empty page: the port that it was given works.
    expect(JSON.parse(await shell.calling('app', 'info'))).toMatchObject({ vault: 'session' })
  })

  test('safeStorage is not used: secrets are kept by the vault, in a process of its own', () => {
    expect(shell.found('main', /safeStorage/)).toBeUndefined()
  })
})
