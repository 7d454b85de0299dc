import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { splitLines } from '../../base/child.ts'

const lineLimitMs = 30_000

/** A command that goes on running and prints lines. */
export type Running = {
  /** The next line that is of this form. faults: timed-out. */
  nextJson<T>(form: z.ZodType<T>): Promise<T>
  stop(): Promise<void>
}

export type DemoShell = {
  step(text: string): void
  note(text: string): void
  expect(holds: boolean, what: string): void
  setEnv(name: string, value: string): void
  /** Runs a command to its end and shows what it printed. */
  run(words: string[]): Promise<void>
  /** Runs a command with `--json` and reads the value of its envelope. */
  json<T>(words: string[], form: z.ZodType<T>): Promise<T>
  start(words: string[]): Promise<Running>
  close(): Promise<void>
}

/** Runs this program's own commands, each in its own process, and shows them as a terminal would. */
export function createDemoShell(options: {
  entry: string
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}): DemoShell {
  const { say } = options
  const env = { ...options.env }
  const running = new Set<ChildProcess>()
  let steps = 0

  function launch(words: string[]): ChildProcess {
    const child = spawn(process.execPath, [options.entry, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    child.once('exit', () => running.delete(child))
    return child
  }
  async function finish(words: string[]): Promise<string> {
    const child = launch(words)
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0)
      throw new Fault('bug', { message: `The demo stopped: "plugboard ${words.join(' ')}" ended with ${code}` })
    return text
  }
  return {
    step: text => say(`\n${(steps += 1)}. ${text}`),
    note: text => say(`   ${text}`),
    expect(holds, what) {
      if (!holds) throw new Fault('bug', { message: `The demo expected that ${what}, and it is not so` })
      say(`   ✓ ${what}`)
    },
    setEnv: (name, value) => void (env[name] = value),
    async run(words) {
      say(`   $ plugboard ${words.join(' ')}`)
      for (const line of (await finish(words)).trimEnd().split('\n')) say(`     ${line}`)
    },
    async json(words, form) {
      const envelope = JSON.parse(await finish([...words, '--json'])) as { value: unknown }
      return form.parse(envelope.value)
    },
    async start(words) {
      say(`   $ plugboard ${words.join(' ')} &`)
      const child = launch(words)
      return { nextJson: readerOf(child), stop: () => stop(child) }
    },
    async close() {
      await Promise.all([...running].map(stop))
    }
  }
}

/** Keeps the lines that came and hands out those of the wanted form, in order. */
function readerOf(child: ChildProcess): Running['nextJson'] {
  const lines: unknown[] = []
  let wake = () => {}
  if (child.stdout) {
    splitLines(child.stdout, line => {
      lines.push(JSON.parse(line))
      wake()
    })
  }
  return async form => {
    const limit = AbortSignal.timeout(lineLimitMs)
    limit.addEventListener('abort', () => wake())
    while (!limit.aborted && child.exitCode === null) {
      while (lines.length > 0) {
        const parsed = form.safeParse(lines.shift())
        if (parsed.success) return parsed.data
      }
      await new Promise<void>(resolve => {
        wake = resolve
        child.once('exit', () => resolve())
      })
    }
    throw new Fault('timed-out', { message: 'The demo waited in vain for a line of a running command' })
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
