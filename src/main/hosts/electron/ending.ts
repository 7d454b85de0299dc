import { app, dialog } from 'electron'
import { exitCodeOf, Fault } from '#shared/faults.ts'
import { systemClock } from '../../base/clock.ts'
import { reportOf, sentenceOf } from '../../base/fault-report.ts'
import { logIncident, type Log } from '../../base/log.ts'
import { within } from '../../base/within.ts'

/** How the app ends when it has to. */
export type Ending = {
  /** Shows what happened and what to do, never a stack, and ends the app. A bug is shown as its incident id. */
  endWith: (error: unknown) => void
  /** What is closed before; a bug must not keep it open for longer than a while. */
  closeFirst: (close: () => Promise<void>) => void
}

const limitMs = 5_000

export function createEnding(log: Log): Ending {
  let close = () => Promise.resolve()
  let isEnding = false

  function endWith(cause: unknown): void {
    const report = reportOf(cause) ?? bugOf(cause, log).report()
    // What goes wrong while it ends is in the log, and no reason to begin anew.
    if (isEnding) return
    isEnding = true
    process.stderr.write(`${sentenceOf(report)}\n`)
    void within(systemClock, limitMs, close())
      .catch((failed: unknown) => logIncident(log, failed, 'window: closing'))
      .finally(() => {
        dialog.showErrorBox(report.message, report.advice)
        app.exit(exitCodeOf(report.code))
      })
  }
  return {
    endWith,
    closeFirst(next) {
      close = next
    }
  }
}

/** Whatever nobody caught ends the app this way; Electron alone would show a stack and go on. */
export function endWithBugs({ endWith }: Ending): void {
  process.on('uncaughtException', endWith)
  process.on('unhandledRejection', endWith)
}

function bugOf(error: unknown, log: Log): Fault {
  const incident = logIncident(log, error, 'window')
  return new Fault('bug', { incident, message: `Plugboard made a mistake (incident ${incident})`, cause: error })
}
