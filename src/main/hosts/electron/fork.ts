import { utilityProcess } from 'electron'
import { childEnvironment } from '../../base/child-environment.ts'
import { splitLines, type ForkChild } from '../../base/child.ts'

/** Runs a program of ours in Electron's own kind of child process, which ends with the app. */
export const forkUtility: ForkChild = (entry, args) => {
  const child = utilityProcess.fork(entry, args, {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
    serviceName: 'Plugboard'
  })
  const exited = new Promise<number>(resolve => child.once('exit', resolve))
  const spawned = new Promise<void>(resolve => child.once('spawn', () => resolve()))
  // Told when V8 gives up, before the exit. Without a listener Node would take it for a bug of this process.
  child.on('error', () => undefined)
  return {
    get pid() {
      return child.pid
    },
    onLine(listener) {
      if (child.stdout) splitLines(child.stdout, listener)
    },
    onExit(listener) {
      void exited.then(listener)
    },
    async stop() {
      // One that is still starting has no process to end yet: killing it would do nothing.
      await Promise.race([spawned, exited])
      child.kill()
      await exited
    }
  }
}
