import { app, powerMonitor } from 'electron'
import { systemClock } from '../../base/clock.ts'
import { logIncident, type Log } from '../../base/log.ts'
import { within } from '../../base/within.ts'

const limitMs = 10_000

/** Holds the quit back until the work is done, once and for a limited time, then ends the process. */
export function closeBeforeQuit(close: () => Promise<void>, log: Log): void {
  let isClosing = false
  app.on('before-quit', event => {
    event.preventDefault()
    if (isClosing) return
    isClosing = true
    void within(systemClock, limitMs, close())
      .catch((error: unknown) => logIncident(log, error, 'window: closing'))
      .finally(() => app.exit(0))
  })
  // macOS and Linux wait a moment for who asks. Windows does not; what was saved is on disk there as well.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault()
    app.quit()
  })
}
