import { utilityProcess } from 'electron'
import { splitLines, type ForkChild } from '../../base/child.ts'

/** Runs a program of ours in Electron's own kind of child process, which ends with the app. */
export const forkUtility: ForkChild = (entry, args) => {
  const child = utilityProcess.fork(entry, args, { stdio: ['ignore', 'pipe', 'inherit'], serviceName: 'Plugboard' })
  const exited = new Promise<number>(resolve => child.once('exit', resolve))
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
      child.kill()
      await exited
    }
  }
}
