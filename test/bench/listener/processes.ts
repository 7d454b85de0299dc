import { spawn, type ChildProcess } from 'node:child_process'
import { join, resolve } from 'node:path'
import { splitLines } from '../../../src/main/base/child.ts'

export type Measured = {
  perSecond: number
  p50: number
  p99: number
  max: number
  answered: number
  statuses: Record<string, number>
}

/** What the load generator is told. Closed: each connection sends when it was answered; with `rate`: so many a second. */
export type Load = { connections: number; bytes: number; seconds?: number | undefined; rate?: number; count?: number }

/** A target in a process of its own. */
export type Target = {
  url: string
  /** What it said at its start. */
  said: Record<string, unknown>
  order(order: { do: string; [name: string]: unknown }): Promise<Record<string, unknown>>
  end(): Promise<void>
}

export async function openTarget(script: string, args: string[]): Promise<Target> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const nextLine = linesOf(child)
  const said = await nextLine()
  let last: Promise<unknown> = Promise.resolve()
  return {
    url: String(said['url']),
    said,
    order(order) {
      // One after the other: an answer has no name.
      const answer = last.then(() => child.stdin.write(`${JSON.stringify(order)}\n`)).then(() => nextLine())
      last = answer
      return answer
    },
    async end() {
      const exited = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await exited
    }
  }
}

export async function runLoad(url: string, order: Load): Promise<Measured> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), url, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  return (await linesOf(child)()) as Measured
}

function linesOf(child: ChildProcess): () => Promise<Record<string, unknown>> {
  const waiting: PromiseWithResolvers<Record<string, unknown>>[] = []
  const lines: string[] = []
  if (child.stdout) {
    splitLines(child.stdout, line => {
      const asked = waiting.shift()
      if (asked) asked.resolve(JSON.parse(line) as Record<string, unknown>)
      else lines.push(line)
    })
  }
  child.once('exit', code => {
    for (const asked of waiting) asked.reject(new Error(`a process of the bench ended with ${code}`))
  })
  return () => {
    const line = lines.shift()
    if (line !== undefined) return Promise.resolve(JSON.parse(line) as Record<string, unknown>)
    const asked = Promise.withResolvers<Record<string, unknown>>()
    waiting.push(asked)
    return asked.promise
  }
}
