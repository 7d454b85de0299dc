import { createInterface } from 'node:readline'
import { exitCodeOf, Fault } from '#shared/faults.ts'
import { forkNode } from '../../base/child.ts'
import { networkConditions } from '../../base/conditions.ts'
import { forgetPassphrase } from '../../base/child-environment.ts'
import { reportOf, sentenceOf } from '../../base/fault-report.ts'
import { takeFirstSteps, vaultLine } from '../../base/first-steps.ts'
import { readHostOptions, type HostOptions } from '../../base/host-options.ts'
import { findLayout } from '../../base/layout.ts'
import { createLog, logIncident, type Log } from '../../base/log.ts'
import { logFileIn } from '../../base/paths.ts'
import { openCore } from '../../core.ts'
import { openBrowser } from './browser.ts'
import { serveWeb, type WebServer } from './serve.ts'

/** Runs the app for a browser tab until a signal ends it. out: the exit code. */
export async function runWeb(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  let log: Log = createLog({})
  try {
    const options = readHostOptions(args, env)
    forgetPassphrase(env)
    log = createLog({ file: logFileIn(options.dataDir) })
    endWithBugs(log)
    await serveUntilStopped(options, env, log)
    return 0
  } catch (error) {
    return explain(error, log)
  }
}

async function serveUntilStopped(options: HostOptions, env: NodeJS.ProcessEnv, log: Log): Promise<void> {
  const stopped = whenStopped()
  const layout = findLayout(import.meta.dirname)
  const core = await openCore({
    dataDir: options.dataDir,
    vault: options.vault,
    passphrase: options.passphrase,
    host: { about: 'browser tab', abilities: ['sign-out'] },
    background: networkConditions(),
    fork: forkNode,
    sandboxEntry: layout.sandboxEntry,
    version: layout.version,
    log
  })
  let server: WebServer
  try {
    server = await serveWeb({ core, rendererDir: layout.rendererDir, port: options.port, log })
  } catch (error) {
    await core.close()
    throw error
  }
  try {
    say(`Plugboard is at ${server.url}`)
    const info = await core.client.app.info()
    // The sandbox's first step chooses one, and says so.
    if (info.vault !== null || !options.sandbox) say(vaultLine(info))
    const stopOffering = offerFreshUrls(server)
    if (options.open) await openBrowser(server.url, env)
    const steps = takeFirstSteps({ client: core.client, sandbox: options.sandbox, tell: say })
    await Promise.race([stopped, steps.then(() => stopped)])
    stopOffering()
  } finally {
    await server.close()
  }
}

/** Whatever nobody caught ends the process this way; Node alone would print a stack. */
function endWithBugs(log: Log): void {
  process.once('uncaughtException', error => process.exit(explain(error, log)))
  process.once('unhandledRejection', error => process.exit(explain(error, log)))
}

/** Resolves at the first SIGINT or SIGTERM. The second one ends the process at once. */
function whenStopped(): Promise<void> {
  return new Promise(resolve => {
    let signals = 0
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        signals += 1
        if (signals > 1) process.exit(130)
        resolve()
      })
    }
  })
}

/** At a terminal, Enter prints an address with a new token, for another browser. */
function offerFreshUrls(server: WebServer): () => void {
  if (!process.stdin.isTTY) return () => undefined
  const lines = createInterface({ input: process.stdin })
  lines.on('line', () => say(`Plugboard is at ${server.freshUrl()}`))
  say('Press Enter for a new address, Ctrl+C to stop.')
  return () => lines.close()
}

/** Prints a fault as its sentence and advice, a bug as its incident id. out: the exit code. */
function explain(error: unknown, log: Log): number {
  const report = reportOf(error) ?? bugOf(error, log).report()
  process.stderr.write(`${sentenceOf(report)}\n`)
  return exitCodeOf(report.code)
}

function bugOf(error: unknown, log: Log): Fault {
  const incident = logIncident(log, error, 'browser tab')
  return new Fault('bug', { incident, message: `Plugboard made a mistake (incident ${incident})`, cause: error })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
