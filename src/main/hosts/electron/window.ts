import { app, BrowserWindow, nativeTheme } from 'electron'
import type { Log } from '../../base/log.ts'
import type { Page } from './page.ts'

/** Opens the one window on the page. A page that crashed is loaded again, unless it crashed just before. */
export function openWindow(page: Page, preload: string, log: Log): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Plugboard',
    width: 1280,
    height: 840,
    minWidth: 720,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      devTools: !app.isPackaged
    }
  })
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window, page, log)
  load(window, page, log)
  return window
}

function load(window: BrowserWindow, page: Page, log: Log): void {
  window.loadURL(page.url).catch((error: unknown) => log.error({ error }, 'the page could not be loaded'))
}

function reloadAfterCrash(window: BrowserWindow, page: Page, log: Log): void {
  let crashedMs = 0
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return
    log.error({ reason }, 'the page crashed')
    if (Date.now() - crashedMs > 10_000) load(window, page, log)
    crashedMs = Date.now()
  })
}
