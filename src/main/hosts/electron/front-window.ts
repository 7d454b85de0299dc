import { app, type BrowserWindow } from 'electron'
import type { Page } from './page.ts'

/** The one window, whether it is open or not. */
export type FrontWindow = {
  /** Brings it to the front, opened anew where it was closed. `place`: where the page is to be then. */
  show: (place?: string) => void
  /** undefined while there is none. */
  current: () => BrowserWindow | undefined
}

/** `open` makes the window at a place of the page. */
export function createFrontWindow(page: Page, open: (place: string) => BrowserWindow): FrontWindow {
  let window: BrowserWindow | undefined

  function show(place?: string): void {
    if (window === undefined) {
      const opened = open(place ?? '')
      opened.once('closed', () => (window = undefined))
      window = opened
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
    if (place !== undefined) moveTo(window, page, place)
  }
  app.on('activate', () => show())
  return { show, current: () => window }
}

/**
 * Only what follows the `#` changes, so that Chromium keeps the document: the page hears of it as of any step that a person
 * makes, and what was typed stays. A page that is there already is left alone, because that would load it anew.
 */
function moveTo(window: BrowserWindow, page: Page, place: string): void {
  const target = `${page.url}${place}`
  if (window.webContents.getURL() === target) return
  // Another step may come before this one is done; that is no problem of anybody's.
  window.loadURL(target).catch(() => undefined)
}
