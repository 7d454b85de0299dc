import { app, dialog } from 'electron'
import { exitCodeOf, Fault } from '#shared/faults.ts'
import { reportOf, sentenceOf } from '../../base/fault-report.ts'
import { logIncident, type Log } from '../../base/log.ts'

/** Shows what happened and what to do, never a stack, and ends the app. A bug is shown as its incident id. */
export function endWith(error: unknown, log: Log): void {
  const report = reportOf(error) ?? bugOf(error, log).report()
  process.stderr.write(`${sentenceOf(report)}\n`)
  dialog.showErrorBox(report.message, report.advice)
  app.exit(exitCodeOf(report.code))
}

/** Whatever nobody caught ends the app this way; Electron alone would show a stack. */
export function endWithBugs(log: Log): void {
  process.on('uncaughtException', error => endWith(error, log))
  process.on('unhandledRejection', error => endWith(error, log))
}

function bugOf(error: unknown, log: Log): Fault {
  const incident = logIncident(log, error, 'window')
  return new Fault('bug', { incident, message: `Plugboard made a mistake (incident ${incident})`, cause: error })
}
