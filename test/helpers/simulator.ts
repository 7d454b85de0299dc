import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forkNode, type Child } from '../../src/main/base/child.ts'

/** How many changes the simulated service carried out for its clients. */
export type Changes = { created: number; updated: number; deleted: number }

export type Simulator = {
  url: string
  /** The control API, which is no part of the simulated service. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  settings(): Promise<Record<string, string>>
  /** Its objects in one form and order, without the ids and times that are others each time. */
  objects(): Promise<string[]>
  changes(): Promise<Changes>
  /** All that it keeps: secrets stand there as digests. */
  stateText(): Promise<string>
  /** SIGKILL: nothing is closed, nothing is written any more. */
  kill(): Promise<void>
  /** Starts it again on the same port, with the state that it had kept. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const entry = join(import.meta.dirname, '../../src/main/sandbox/main.ts')

/** A simulator in its own process; `stop` also removes its folder. */
export async function startSimulator(port = 0, provider = 'exotel'): Promise<Simulator> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-simulator-'))
  const stateFile = join(folder, 'state.json')
  const start = (on: number) =>
    startSimulatorProcess(['--provider', provider, '--port', String(on), '--state', stateFile])
  let { child, url } = await start(port)

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/__sandbox/${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const values = async () => (await control<{ values: Record<string, unknown> }>('GET', 'state')).values

  return {
    url,
    control,
    settings: values as () => Promise<Record<string, string>>,
    objects: async () =>
      Object.entries(await values())
        .map(plainly)
        .toSorted(),
    changes: async () => (await control<{ counters: { changes: Changes } }>('GET', 'state')).counters.changes,
    stateText: () => readFile(stateFile, 'utf8'),
    async kill() {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      await child.stop()
    },
    async restart() {
      ;({ child, url } = await start(Number(new URL(url).port)))
    },
    async stop() {
      await child.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** The simulators' program with these arguments, ready. faults: plain errors, with what it said. */
export async function startSimulatorProcess(args: string[]): Promise<{ child: Child; url: string }> {
  const child = forkNode(entry, args)
  const url = await new Promise<string>((resolve, reject) => {
    child.onLine(line => {
      const said = JSON.parse(line) as { ready?: { url: string }; failed?: { message: string } }
      if (said.ready) resolve(said.ready.url)
      else reject(new Error(said.failed?.message ?? line))
    })
    child.onExit(code => reject(new Error(`the simulator ended with ${code}`)))
  })
  return { child, url }
}

const idNames = ['id', 'uuid']
const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

function plainly([name, object]: [string, unknown]): string {
  if (typeof object !== 'object' || object === null) return JSON.stringify([name, object])
  const own = Object.entries(object).filter(([key, value]) => !idNames.includes(key) && !time.test(String(value)))
  const inOrder = own.toSorted(([left], [right]) => left.localeCompare(right))
  return JSON.stringify(['id' in object ? '' : name, Object.fromEntries(inOrder)])
}
