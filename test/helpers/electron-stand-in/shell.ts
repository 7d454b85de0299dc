import { fork } from 'node:child_process'
import { join } from 'node:path'

/** The built shell, running in a process with the stand-in. */
export type Shell = {
  /** Runs a command of `run.ts`. */
  ask<T>(name: string, ...args: unknown[]): Promise<T>
  printed(): string
  /** Waits for the end, at most a while. out: the exit code. */
  ended(): Promise<number | null>
  stop(): Promise<number | null>
  /** Ends it where it stands. out: the signal. */
  kill(): Promise<NodeJS.Signals | null>
}

type Answer = { id?: number; value?: unknown; error?: string }

const limitMs = 30_000

export function startShell(options: { out: string; dataDir: string; env?: NodeJS.ProcessEnv; args?: string[] }): Shell {
  const child = fork(join(import.meta.dirname, 'run.ts'), options.args ?? [], {
    env: {
      ...process.env,
      PLUGBOARD_DATA_DIR: options.dataDir,
      PLUGBOARD_VAULT: 'session',
      STAND_IN_MAIN: join(options.out, 'main/index.js'),
      ...options.env
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  child.on('message', (answer: Answer) => waiting.get(answer.id ?? -1)?.(answer))

  function ended(): Promise<number | null> {
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
    return exited.finally(() => clearTimeout(limit))
  }
  return {
    ask<T>(name: string, ...args: unknown[]) {
      lastId += 1
      const id = lastId
      return new Promise<T>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`${name}: no answer; it printed: ${printed}`)), limitMs)
        void exited.then(code => reject(new Error(`${name}: it ended with ${code}; it printed: ${printed}`)))
        waiting.set(id, answer => {
          clearTimeout(limit)
          if (answer.error === undefined) resolve(answer.value as T)
          else reject(new Error(answer.error))
        })
        child.send({ id, name, args })
      })
    },
    printed: () => printed,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended()
      return child.signalCode
    },
    async stop() {
      if (child.connected) child.disconnect()
      return ended()
    }
  }
}
