import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import { systemClock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'

const most = 3
const spanMs = 60_000

const crashed: MessageBoxOptions = {
  type: 'error',
  message: `The window stopped working ${most} times within a minute`,
  detail:
    'Nothing that was saved is lost, and callbacks are still caught. Load the page again, or quit and start Plugboard again. ' +
    'If it stays, look into the log in the data folder.',
  buttons: ['Load again', 'Quit'],
  defaultId: 0,
  cancelId: 0
}

const stuck: MessageBoxOptions = {
  type: 'warning',
  message: 'The window does not answer',
  detail: 'It may be busy. Loading it again loses only what was typed and not saved.',
  buttons: ['Wait', 'Load again'],
  defaultId: 0,
  cancelId: 0
}

/**
 * Loads a page that crashed again, where it was. One that crashes for the third time within a minute is left to the person,
 * and so is one that hangs.
 */
export function mendCrashes(options: {
  window: BrowserWindow
  /** Where the page begins. */
  first: string
  load: (place: string) => void
  log: Log
}): void {
  const { window, first, load, log } = options
  const contents = window.webContents
  let recent: number[] = []
  // Asked while it is still there: of a page that is gone nothing can be asked.
  let place = first
  contents.on('did-navigate-in-page', (_, url, isMainFrame) => {
    if (isMainFrame) place = URL.parse(url)?.hash ?? ''
  })
  contents.on('render-process-gone', (_, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.error({ reason, exitCode }, 'the page crashed')
    const nowMs = systemClock.now()
    recent = [...recent.filter(atMs => nowMs - atMs < spanMs), nowMs]
    if (recent.length < most) return load(place)
    ask(window, crashed, log, button => {
      recent = []
      // Not where it was: that place may be what makes it crash.
      place = ''
      if (button === 1) app.quit()
      else load(place)
    })
  })
  window.on('unresponsive', () => {
    log.warn({}, 'the page does not answer')
    // Its process ends, which is a crash like any other.
    ask(window, stuck, log, button => button === 1 && contents.forcefullyCrashRenderer())
  })
  window.on('responsive', () => log.info({}, 'the page answers again'))
}

/** A process of Chromium's own that ended; Chromium starts it again. */
export function logProcessesGone(log: Log): void {
  app.on('child-process-gone', (_, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit') log.error({ type, reason, exitCode, name }, 'a process of the window is gone')
  })
}

function ask(window: BrowserWindow, question: MessageBoxOptions, log: Log, answer: (button: number) => unknown): void {
  dialog
    .showMessageBox(window, question)
    .then(({ response }) => (window.isDestroyed() ? undefined : answer(response)))
    .catch((error: unknown) => log.error({ problem: String(error) }, 'a question could not be asked'))
}
