import { fork } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from './app.ts'

const world = pathToFileURL(join(import.meta.dirname, 'utility-world.ts')).href

/** A child that ends with its parent and has `process.parentPort`, without Node's IPC calls on its side. */
export const utilityProcess = {
  fork(entry: string, args: string[], options: { env?: NodeJS.ProcessEnv; stdio?: 'ignore' }) {
    if (!app.isReady) throw new Error('utilityProcess.fork needs ready')
    const [out, errors] = options.stdio === 'ignore' ? (['ignore', 'ignore'] as const) : (['pipe', 'inherit'] as const)
    const child = fork(entry, args, {
      env: options.env,
      execArgv: ['--import', world],
      stdio: ['ignore', out, errors, 'ipc']
    })
    return Object.assign(child, { postMessage: (message: object) => child.send(message, () => undefined) })
  }
}
