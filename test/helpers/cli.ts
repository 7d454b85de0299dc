import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultReport } from '../../src/shared/faults.ts'

export type Ended = { code: number | null; stdout: string; stderr: string }
export type Envelope<T> = { ok: true; value: T } | { ok: false; fault: FaultReport }

export type Cli = {
  folder: string
  dataDir: string
  env: NodeJS.ProcessEnv
  /** Runs a command to its end. */
  run(words: string[], input?: string): Promise<Ended>
  /** Runs a command that must end with 0. out: the bytes of its stdout. */
  runRaw(words: string[]): Promise<Buffer>
  /** Runs it with `--json`. out: the value; a fault fails the test with its sentence. */
  value<T>(words: string[], input?: string): Promise<T>
  /** Runs it with `--json`. out: the fault and the exit code; a success fails the test. */
  fault(words: string[], input?: string): Promise<FaultReport & { exit: number | null; text: string }>
  /** Starts a command that goes on running. */
  start(words: string[]): Promise<Started>
  remove(): Promise<void>
}

export type Started = {
  firstLine<T>(): Promise<T>
  /** The first line that holds; the ones before it are passed over. */
  lineWith<T>(holds: (value: T) => boolean): Promise<T>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const entry = join(import.meta.dirname, '../../src/main/cli.ts')
const limitMs = 150_000

/** The command line on a data folder and home of its own, without a keychain service. */
export async function createCli(extra: NodeJS.ProcessEnv = {}): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-cli-'))
  const dataDir = join(folder, 'data')
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: folder,
    PLUGBOARD_DATA_DIR: dataDir,
    PLUGBOARD_VAULT: 'file',
    PLUGBOARD_PASSPHRASE: 'correct horse battery staple',
    DBUS_SESSION_BUS_ADDRESS: undefined,
    DISPLAY: undefined,
    WAYLAND_DISPLAY: undefined,
    ...extra
  }
  const children = new Set<ReturnType<typeof launch>>()

  function launch(words: string[]) {
    const child = spawn(process.execPath, [entry, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  function run(words: string[], input = ''): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = launch(words)
      const ended: Ended = { code: null, stdout: '', stderr: '' }
      const limit = setTimeout(() => {
        child.kill('SIGKILL')
        reject(new Error(`"${words.join(' ')}" did not end; it printed: ${ended.stdout}${ended.stderr}`))
      }, limitMs)
      child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text))
      child.stdin.on('error', () => undefined).end(input)
      child.once('close', code => {
        clearTimeout(limit)
        resolve({ ...ended, code })
      })
    })
  }
  async function envelope<T>(words: string[], input?: string): Promise<{ ended: Ended; sent: Envelope<T> }> {
    const ended = await run(['--json', ...words], input)
    const lines = ended.stdout.trimEnd().split('\n')
    try {
      return { ended, sent: JSON.parse(lines.at(-1) ?? '') as Envelope<T> }
    } catch {
      throw new Error(`no envelope from "${words.join(' ')}": ${ended.stdout}${ended.stderr}`)
    }
  }
  return {
    folder,
    dataDir,
    env,
    run,
    async runRaw(words) {
      const child = launch(words)
      child.stdin.end()
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      const [code] = (await once(child, 'close')) as [number | null]
      if (code !== 0) throw new Error(`"${words.join(' ')}" ended with ${code}`)
      return Buffer.concat(chunks)
    },
    async value<T>(words: string[], input?: string) {
      const { sent } = await envelope<T>(words, input)
      if (!sent.ok) throw new Error(`${sent.fault.code}: ${sent.fault.message} ${sent.fault.advice}`)
      return sent.value
    },
    async fault(words, input) {
      const { ended, sent } = await envelope(words, input)
      if (sent.ok) throw new Error(`"${words.join(' ')}" succeeded`)
      return { ...sent.fault, exit: ended.code, text: ended.stdout + ended.stderr }
    },
    async start(words) {
      return follow(launch(['--json', ...words]))
    },
    async remove() {
      await Promise.all([...children].map(child => follow(child).stop('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function follow(child: ReturnType<typeof spawn>): Started {
  const lines: string[] = []
  let rest = ''
  let errors = ''
  let wake = () => {}
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    wake()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exited = new Promise<number | null>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode)
    child.once('exit', code => {
      resolve(code)
      wake()
    })
  })
  async function lineWith<T>(holds: (value: T) => boolean): Promise<T> {
    const limit = AbortSignal.timeout(limitMs)
    limit.addEventListener('abort', () => wake())
    for (;;) {
      const line = lines.shift()
      if (line !== undefined) {
        const value = JSON.parse(line) as T
        if (holds(value)) return value
      } else if (limit.aborted || child.exitCode !== null) {
        throw new Error(`the line did not come; stderr: ${errors}`)
      } else {
        await new Promise<void>(resolve => (wake = resolve))
      }
    }
  }
  return {
    firstLine: () => lineWith(() => true),
    lineWith,
    stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return exited
    }
  }
}
