import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Page, Route } from 'playwright-core'
import { app, SystemEvent } from './app.ts'
import { openPage } from './chromium.ts'
import { journal } from './journal.ts'
import { bridgePorts } from './port-bridge.ts'
import { answer, toAppUrl, toPageUrl } from './protocol.ts'
import { session } from './session.ts'

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }
type Options = Record<string, unknown> & { webPreferences: { preload: string } }

/** What a navigation asks of the shell. */
class Navigation extends SystemEvent {
  readonly url: string
  readonly isMainFrame: boolean
  constructor(url: string, isMainFrame: boolean) {
    super()
    this.url = url
    this.isMainFrame = isMainFrame
  }
}

class WebContents extends EventEmitter {
  readonly id = 1
  url = ''
  openHandler: OpenHandler = () => ({ action: 'allow' })
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
  getURL(): string {
    return this.url
  }
  /** Its keys go to the page as if a person had pressed them. */
  press: (keys: string) => void = () => undefined
  sendInputEvent(event: { type: string; keyCode: string; modifiers?: readonly string[] }): void {
    this.press(
      [...(event.modifiers ?? []).map(modifier => modifierKeys[modifier] ?? modifier), event.keyCode].join('+')
    )
  }
  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', new SystemEvent(), { reason: 'killed', exitCode: 9 })
  }
}

const modifierKeys: Record<string, string> = { control: 'Control', meta: 'Meta' }

/** A window that is a page of a real Chromium. */
export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.all]
  }

  readonly webContents = new WebContents()
  readonly page: Promise<Page>
  /** The last load that was begun: what is asked of the page before its end meets the document before it. */
  settled: Promise<void> = Promise.resolve()
  readonly calls: string[] = []
  readonly #record: { options: Record<string, unknown>; shown: boolean }
  #isLoading = false
  #isVisible = false
  #isDestroyed = false

  constructor(options: Options) {
    super()
    if (!app.isReady) throw new Error('a window needs ready')
    this.#record = { options, shown: false }
    journal.windows.push(this.#record)
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', new SystemEvent(), this.webContents)
    this.page = this.#open(readFileSync(options.webPreferences.preload, 'utf8'))
  }

  async loadURL(url: string): Promise<void> {
    this.settled = this.#load(url)
    await this.settled
    if (!this.#record.shown) this.emit('ready-to-show')
    this.webContents.emit('did-finish-load')
  }

  async #load(url: string): Promise<void> {
    const page = await this.page
    this.#isLoading = true
    try {
      await page.goto(toPageUrl(url), { waitUntil: 'load' })
    } finally {
      this.#isLoading = false
    }
  }

  show(): void {
    this.#record.shown = true
    this.#isVisible = true
  }
  hide(): void {
    this.#isVisible = false
  }
  isVisible(): boolean {
    return this.#isVisible
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  maximize(): void {
    this.show()
    this.calls.push('maximize')
  }
  isMaximized(): boolean {
    return this.calls.includes('maximize')
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 40, y: 30, width: 1000, height: 700 }
  }
  isMinimized(): boolean {
    return true
  }
  restore(): void {
    this.calls.push('restore')
  }
  focus(): void {
    this.calls.push('focus')
    app.emit('browser-window-focus', new SystemEvent(), this)
  }
  async close(): Promise<void> {
    const event = new SystemEvent()
    this.emit('close', event)
    if (event.defaultPrevented) return
    await (await this.page).close()
    this.#isDestroyed = true
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1)
    this.emit('closed')
    if (BrowserWindow.all.length === 0) app.emit('window-all-closed')
  }

  async #open(bundle: string): Promise<Page> {
    const page = await openPage()
    const devtools = await page.context().newCDPSession(page)
    await bridgePorts({ devtools, bundle, sender: this.webContents, url: () => toAppUrl(page.url()) })
    page.on('console', message => {
      if (message.type() === 'error') journal.consoleErrors.push(message.text())
    })
    page.on('pageerror', error => journal.consoleErrors.push(String(error)))
    page.on('framenavigated', frame => {
      if (frame === page.mainFrame()) this.#moved(toAppUrl(page.url()))
    })
    page.on('download', download => {
      const url = toAppUrl(download.url())
      const mayGoOn = session.defaultSession.download({
        url,
        fileName: download.suggestedFilename(),
        contents: this.webContents
      })
      if (!mayGoOn) void download.cancel()
    })
    this.webContents.press = keys => void page.keyboard.press(keys)
    await page.context().route('**/*', route => this.#carry(route, page))
    return page
  }

  /** Electron tells apart whether the document stayed. */
  #moved(url: string): void {
    const [document] = url.split('#', 1)
    const [before] = this.webContents.url.split('#', 1)
    this.webContents.url = url
    if (document === before) this.webContents.emit('did-navigate-in-page', new SystemEvent(), url, true, 1, 1)
  }

  /** A request of the page: a navigation is the shell's to refuse, everything else is the protocol's to answer. */
  async #carry(route: Route, page: Page): Promise<void> {
    const request = route.request()
    const url = toAppUrl(request.url())
    if (request.isNavigationRequest() && !this.#isLoading) {
      if (isOtherPage(route, page)) return this.#openOther(route, url)
      const details = new Navigation(url, request.frame() === page.mainFrame())
      this.webContents.emit('will-frame-navigate', details)
      if (details.isMainFrame) this.webContents.emit('will-navigate', details)
      if (details.defaultPrevented) {
        journal.preventedNavigations.push(url)
        return route.abort('aborted')
      }
    }
    if (!(await session.defaultSession.lets(url)) || !url.startsWith('app:')) {
      journal.refusedRequests.push(url)
      return route.abort('failed')
    }
    const response = await answer(url, request.method())
    const body = Buffer.from(await response.arrayBuffer())
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
  }

  /** Another window of the page: Electron asks before there is one, here it is closed again. */
  async #openOther(route: Route, url: string): Promise<void> {
    const { action } = this.webContents.openHandler({ url })
    await route.abort('aborted')
    if (action === 'allow') return
    const [, ...others] = (await this.page).context().pages()
    for (const other of others) await other.close()
  }
}

function isOtherPage(route: Route, page: Page): boolean {
  try {
    return route.request().frame().page() !== page
  } catch {
    // Playwright knows no frame yet for the first request of a window that is just opening.
    return true
  }
}
