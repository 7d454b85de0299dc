import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { splitLines } from '../../src/main/base/child.ts'

const script = join(import.meta.dirname, 'store-child.ts')

/** A process that runs `store-child.ts`, or a shell line that runs it as `"$@"`. */
export type StoreProcess = {
  lines: string[]
  /** Resolves with the first line that begins so; rejects when the process ends without one. */
  line(start: string): Promise<string>
  go(): void
  /** SIGKILL. Resolves when it is gone and everything it printed was read. */
  kill(): Promise<void>
  ended: Promise<void>
}

export function startStoreProcess(task: string, dataDir: string, shell: string[] = []): StoreProcess {
  const [program, ...args] = [...shell, process.execPath, script, task, dataDir]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  splitLines(child.stdout, text => {
    lines.push(text)
    for (const look of waiting) look()
  })
  return {
    lines,
    ended,
    line: start =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(text => text.startsWith(start))
          if (found !== undefined) resolve(found)
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without "${start}": ${lines.slice(-3).join(' | ')}`)))
      }),
    go: () => void child.stdin.write('go\n'),
    async kill() {
      child.kill('SIGKILL')
      await ended
    }
  }
}
