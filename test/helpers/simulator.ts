import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forkNode } from '../../src/main/base/child.ts'

export type Simulator = {
  url: string
  /** The control API, which is no part of the simulated service. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  settings(): Promise<Record<string, string>>
  stop(): Promise<void>
}

const entry = join(import.meta.dirname, '../../src/main/sandbox/main.ts')

/** The Exotel simulator in its own process; `stop` also removes its folder. */
export async function startSimulator(port = 0): Promise<Simulator> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-simulator-'))
  const child = forkNode(entry, ['--provider', 'exotel', '--port', String(port), '--state', join(folder, 'state.json')])
  const url = await new Promise<string>((resolve, reject) => {
    child.onLine(line => {
      const said = JSON.parse(line) as { ready?: { url: string }; failed?: { message: string } }
      if (said.ready) resolve(said.ready.url)
      else reject(new Error(said.failed?.message ?? line))
    })
    child.onExit(code => reject(new Error(`the simulator ended with ${code}`)))
  })
  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/__sandbox/${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    url,
    control,
    async settings() {
      return (await control<{ values: Record<string, string> }>('GET', 'state')).values
    },
    async stop() {
      await child.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}
