import { utilityProcess } from 'electron'
import type { ForkAnswering } from '../../base/answering.ts'
import { childEnvironment } from '../../base/child-environment.ts'

/**
 * Runs a program of ours that answers messages in Electron's own kind of child process. Not `child_process.fork`, which
 * would start Electron as a mere Node: the installed app cannot be that (fuse RunAsNode).
 */
export const forkAnsweringUtility: ForkAnswering = entry => {
  const child = utilityProcess.fork(entry, [], { env: childEnvironment(), stdio: 'ignore', serviceName: 'Plugboard' })
  const spawned = new Promise<void>(resolve => child.once('spawn', () => resolve()))
  const exited = new Promise<number>(resolve => child.once('exit', resolve))
  // Told when V8 gives up, before the exit. Without a listener Node would take it for a bug of this process.
  child.on('error', () => undefined)
  return {
    send: message => child.postMessage(message, []),
    onMessage: listener => void child.on('message', listener),
    onExit: listener => void exited.then(listener),
    async stop() {
      // One that is still starting has no process to end yet: killing it would do nothing.
      await Promise.race([spawned, exited])
      child.kill()
      await exited
    }
  }
}
