import { exitCodeOf } from '#shared/faults.ts'
import { reportOf, sentenceOf } from '../../base/fault-report.ts'
import { readHostOptions } from '../../base/host-options.ts'
import { findLayout } from '../../base/layout.ts'
import { hasDisplay } from './browser.ts'
import { findElectron } from './electron-binary.ts'
import { runWindow } from './window.ts'

const instead = 'opening Plugboard in the browser instead.'

/** Shows the app in a window where that can be, else says in one line why not and serves the browser. out: the exit code. */
export async function runStart(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    readHostOptions(args, env)
  } catch (error) {
    const report = reportOf(error)
    if (report === undefined) throw error
    process.stderr.write(`${sentenceOf(report)}\n`)
    return exitCodeOf(report.code)
  }
  const end = await tryWindow(args, env)
  if (typeof end === 'number') return end
  process.stdout.write(`${end}: ${instead}\n`)
  const { runWeb } = await import('./main.ts')
  return runWeb(args, env)
}

/** out: the window's exit code, or why there is no window. */
async function tryWindow(args: string[], env: NodeJS.ProcessEnv): Promise<number | string> {
  const reason = whyNoWindow({ args, env, platform: process.platform, userId: process.getuid?.() })
  if (reason !== undefined) return reason
  const electron = await findElectron(env)
  if ('missing' in electron) return electron.missing
  const { root } = findLayout(import.meta.dirname)
  const end = await runWindow({ program: electron.program, root, args, env })
  return 'code' in end ? end.code : `Electron could not start (${end.failed})`
}

/** Why there is no point in looking for Electron; undefined when there is. */
export function whyNoWindow(situation: {
  args: string[]
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  userId: number | undefined
}): string | undefined {
  const { args, env, platform, userId } = situation
  if (!hasDisplay(env, platform)) return 'No display here'
  const asked = args.find(arg => arg === '--no-open' || /^--port(=|$)/.test(arg))
  if (asked !== undefined) return `${asked} is about the browser`
  if (platform === 'linux' && userId === 0) {
    return 'Electron as root would need its protection switched off (--no-sandbox)'
  }
  return undefined
}
