import { fileURLToPath } from 'node:url'
import { forkNode } from '../../src/main/base/child.ts'

const entry = fileURLToPath(new URL('../../src/main/sandbox/main.ts', import.meta.url))

export type Simulator = {
  url: string
  /** One request to the simulator's control API, below `/__sandbox/`. faults: plain errors for every status but 200. */
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  stop(): Promise<void>
}

/** Starts the provider's simulator in a process of its own, on a free port, its state in memory. */
export async function startSimulator(provider: string): Promise<Simulator> {
  const child = forkNode(entry, ['--provider', provider, '--port', '0'])
  const line = await new Promise<string>((resolve, reject) => {
    child.onLine(resolve)
    child.onExit(code => reject(new Error(`the simulator ended with ${code}`)))
  })
  const { ready } = JSON.parse(line) as { ready: { url: string } }
  return {
    url: ready.url,
    stop: () => child.stop(),
    async control<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${ready.url}/__sandbox/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body)
      })
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${response.status} ${text}`)
      return JSON.parse(text) as T
    }
  }
}
