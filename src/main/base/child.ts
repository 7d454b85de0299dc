import { fork } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'

/** A program of ours in a process of its own. It writes lines on stdout; `stop` ends it and waits for the end. */
export type Child = {
  pid: number | undefined
  onLine(listener: (line: string) => void): void
  onExit(listener: (code: number | null) => void): void
  stop(): Promise<void>
}

/** How a host starts a program of ours: Node forks, Electron uses a utility process. */
export type ForkChild = (entry: string, args: string[]) => Child

/** Forks with this Node. The IPC channel is there only so that the child ends when this process does. */
export const forkNode: ForkChild = (entry, args) => {
  const child = fork(entry, args, { env: childEnvironment(), stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  // A program that could not be started has no exit: its error is its end.
  const exited = new Promise<number | null>(resolve => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
  return {
    pid: child.pid,
    onLine(listener) {
      if (child.stdout) splitLines(child.stdout, listener)
    },
    onExit(listener) {
      void exited.then(listener)
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill()
      await exited
    }
  }
}

/** Calls the listener once for each whole line of the stream. */
export function splitLines(stream: NodeJS.ReadableStream, listener: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) listener(line)
  })
}
