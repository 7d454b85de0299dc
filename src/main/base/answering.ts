import { fork } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'

/** A program of ours in a process of its own that answers messages and prints nothing. */
export type Answering = {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** null: a signal ended it, or it could not be started. */
  onExit(listener: (code: number | null) => void): void
  /** Ends it, whatever it does at the moment, and waits for the end. */
  stop(): Promise<void>
}

/** How a host starts such a program: Node forks, Electron uses a utility process. */
export type ForkAnswering = (entry: string) => Answering

/** Forks with this Node. The program does not keep this process alive, and ends when this one does. */
export const forkAnsweringNode: ForkAnswering = entry => {
  const child = fork(entry, [], {
    env: childEnvironment(),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc']
  })
  child.unref()
  child.channel?.unref()
  const exited = new Promise<number | null>(resolve => {
    child.once('exit', resolve)
    child.on('error', () => resolve(null))
  })
  return {
    // What it could not be told any more, its end tells.
    send: message => void child.send(message as object, () => undefined),
    onMessage: listener => void child.on('message', listener),
    onExit: listener => void exited.then(listener),
    async stop() {
      child.ref()
      child.kill('SIGKILL')
      await exited
    }
  }
}

/** Electron's end of the channel, in a utility process; under Node there is none. */
type ParentPort = {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  postMessage(message: unknown, transfer: []): void
}

/** Inside such a program: answers every message of the process that started it, and ends with that process. */
export function answerMessages(answer: (question: unknown) => Promise<unknown>): void {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort !== undefined) {
    // Chromium ends the process when its channel does.
    parentPort.on('message', ({ data }) => void answer(data).then(told => parentPort.postMessage(told, [])))
    return
  }
  process.on('message', (question: unknown) => void answer(question).then(told => process.send?.(told)))
  // Whoever asked is gone. An orderly exit would wait for a call that may never return.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
