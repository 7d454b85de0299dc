import { spawn } from 'node:child_process'
import { readyLine } from '../../base/ready-line.ts'
import { whyNotStarted } from './electron-problems.ts'

/** How the window's process ended: with its code, or before there was any window. */
export type WindowEnd = { code: number } | { failed: string }

/**
 * Runs Electron on the app and waits for its end. It is taken to have started once it printed the line that says so; an
 * end before that is a failure to start (a missing system library, a display that refuses).
 */
export function runWindow(options: {
  program: string
  root: string
  args: string[]
  env: NodeJS.ProcessEnv
}): Promise<WindowEnd> {
  const { program, root, args, env } = options
  // Terminals of some editors have it set, and with it Electron would be a mere Node.
  const { ELECTRON_RUN_AS_NODE: _asNode, ...environment } = env
  const child = spawn(program, [root, ...args], {
    env: environment,
    stdio: ['inherit', 'pipe', 'pipe'],
    windowsHide: false
  })
  const forget = passSignals(signal => child.kill(signal))
  return new Promise(resolve => {
    let said = ''
    let isStarted = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      isStarted ||= text.includes(readyLine)
      process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (isStarted) process.stderr.write(text)
      else said = (said + text).slice(-10_000)
    })
    child.on('error', error => resolve({ failed: error.message }))
    child.on('close', (code, signal) => {
      forget()
      if (isStarted || code === 0) return resolve({ code: code ?? 1 })
      resolve({ failed: whyNotStarted(said) ?? `it ended with ${signal ?? `code ${code}`}` })
    })
  })
}

/** The window's process decides about its end, so signals to this one go on to it. */
function passSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}
