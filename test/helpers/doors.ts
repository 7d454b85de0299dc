import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A built door in a process of its own. */
export type Door = {
  /** The first match in what it printed on stdout; waits for it. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>
  stdout(): string
  stderr(): string
  ended(): Promise<number | null>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const limitMs = 30_000

/** Starts `out/main/<door>.js`, without a display unless `env` brings one. `node`: the program that runs it. */
export function startDoor(options: {
  out: string
  door: 'web' | 'start' | 'cli'
  args?: string[]
  env?: NodeJS.ProcessEnv
  node?: string
}): Door {
  const { out, door, args = [], env = {}, node = process.execPath } = options
  const child = spawn(node, [join(out, 'main', `${door}.js`), ...args], {
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let stdout = ''
  let stderr = ''
  let wake = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<number | null>(resolve =>
    child.once('close', code => {
      resolve(code)
      wake()
    })
  )
  function ended(): Promise<number | null> {
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
    return exited.finally(() => clearTimeout(limit))
  }
  return {
    async printed(pattern) {
      const limit = AbortSignal.timeout(limitMs)
      limit.addEventListener('abort', () => wake())
      for (;;) {
        const match = stdout.match(pattern)
        if (match) return match
        if (limit.aborted || child.exitCode !== null) throw new Error(`not printed: ${pattern}; ${stdout}${stderr}`)
        await new Promise<void>(resolve => (wake = resolve))
      }
    },
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended()
    }
  }
}
