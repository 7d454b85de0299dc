import { fork } from 'node:child_process'
import { app } from './app.ts'

/** A child that ends with its parent, without Node's IPC calls on its side. */
export const utilityProcess = {
  fork(entry: string, args: string[], options: { env?: NodeJS.ProcessEnv }) {
    if (!app.isReady) throw new Error('utilityProcess.fork needs ready')
    return fork(entry, args, { env: options.env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  }
}
