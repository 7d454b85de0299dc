import { existsSync } from 'node:fs'
import { app, BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions } from 'electron'
import type { Log } from '../../base/log.ts'
import { isReachable, readWindowPlace, writeWindowPlace } from '../../base/window-place.ts'
import { offerMenu } from './context-menu.ts'
import { mendCrashes } from './crash.ts'
import type { Page } from './page.ts'

export type WindowOptions = {
  page: Page
  preload: string
  /** For the title bar on Linux; the other systems take it from the program. */
  icon: string
  /** Where the window's place is kept between starts. */
  placeFile: string
  /** Whether closing it leaves it there unseen, so that the tray can bring it back. */
  staysInTray: () => boolean
  log: Log
}

/** Opens the one window on the page, at a place of it (`#/…`, or nothing). */
export function openWindow(
  { page, preload, icon, placeFile, staysInTray, log }: WindowOptions,
  place: string
): BrowserWindow {
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
  const keepPlace = () => {
    writeWindowPlace(placeFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  }
  app.on('before-quit', keepPlace)
  window.once('closed', () => app.off('before-quit', keepPlace))
  window.on('close', event => {
    keepPlace()
    if (!staysInTray()) return
    event.preventDefault()
    window.hide()
  })
  const load = (at: string) => loadPage(window, `${page.url}${at}`, log)
  mendCrashes({ window, first: place, load, log })
  offerMenu(window.webContents)
  load(place)
  return window
}

/** The last place, unless its screen is gone; then only the size. */
function boundsOf(last: ReturnType<typeof readWindowPlace>): BrowserWindowConstructorOptions {
  if (last === undefined) return { width: 1280, height: 840 }
  const { x, y, width, height } = last
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  return isReachable(last, workArea) ? { x, y, width, height } : { width, height }
}

function loadPage(window: BrowserWindow, url: string, log: Log): void {
  window.loadURL(url).catch((error: unknown) => log.error({ problem: String(error) }, 'the page could not be loaded'))
}
