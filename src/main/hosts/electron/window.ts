import { existsSync } from 'node:fs'
import { app, BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions } from 'electron'
import type { Log } from '../../base/log.ts'
import { isReachable, readWindowPlace, writeWindowPlace } from '../../base/window-place.ts'
import type { Page } from './page.ts'

export type WindowOptions = {
  page: Page
  preload: string
  /** For the title bar on Linux; the other systems take it from the program. */
  icon: string
  /** Where the window's place is kept between starts. */
  placeFile: string
  log: Log
}

/** Opens the one window on the page. A page that crashed is loaded again, unless it crashed just before. */
export function openWindow({ page, preload, icon, placeFile, log }: WindowOptions): BrowserWindow {
  const last = readWindowPlace(placeFile)
  const window = new BrowserWindow({
    title: 'Plugboard',
    ...boundsOf(last),
    minWidth: 720,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    ...(process.platform === 'linux' && existsSync(icon) && { icon }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // It would fetch dictionaries from elsewhere, and settings are no prose.
      spellcheck: false,
      devTools: !app.isPackaged
    }
  })
  window.once('ready-to-show', () => (last?.isMaximized ? window.maximize() : window.show()))
  window.on('close', () => {
    writeWindowPlace(placeFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  })
  reloadAfterCrash(window, page, log)
  load(window, page, log)
  return window
}

/** The last place, unless its screen is gone; then only the size. */
function boundsOf(last: ReturnType<typeof readWindowPlace>): BrowserWindowConstructorOptions {
  if (last === undefined) return { width: 1280, height: 840 }
  const { x, y, width, height } = last
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  return isReachable(last, workArea) ? { x, y, width, height } : { width, height }
}

function load(window: BrowserWindow, page: Page, log: Log): void {
  window
    .loadURL(page.url)
    .catch((error: unknown) => log.error({ problem: String(error) }, 'the page could not be loaded'))
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
