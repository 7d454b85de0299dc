/** The whole core on a data folder, as the app opens it: `target-plugboard.ts DATA_DIR`. */
import { openCoreOn } from '../../helpers/core-child.ts'
import { systemClock } from '../../../src/main/base/clock.ts'
import { openStore } from '../../../src/main/store/open.ts'
import { answerOrders } from './orders.ts'

const started = performance.now()
const core = await openCoreOn(process.argv[2] ?? '', 'bench')
const openMs = Math.round(performance.now() - started)
const { client } = core
await client.listener.start({ port: 0 })
const [endpoint = await client.endpoints.add({ label: 'Bench' })] = await client.endpoints.list()
const [{ url } = endpoint] = await client.endpoints.list()

answerOrders(
  url ?? '',
  {
    calls: async input => calls(Number(input['seconds'])),
    search: async () => search(),
    caught: async () => ({ caught: (await client.listener.status()).caught }),
    settle: async input => settled(Number(input['seconds'])),
    watch: async () => watch()
  },
  { openMs }
)

const interactive = {
  list: () => client.callbacks.list({ limit: 50 }),
  status: () => client.listener.status(),
  accounts: () => client.accounts.list(),
  profiles: () => client.profiles.list({}),
  endpoints: () => client.endpoints.list()
}

/** What a person's clicks wait for, one after the other, with a short pause in between. */
async function calls(seconds: number): Promise<object> {
  const took: number[] = []
  const slowest: Record<string, number> = {}
  const ends = performance.now() + seconds * 1_000
  while (performance.now() < ends) {
    for (const [name, call] of Object.entries(interactive)) {
      // The pause is part of it: a call that comes while the thread is busy waits as well.
      const begun = performance.now() + 2
      await new Promise(resolve => setTimeout(resolve, 2))
      await call()
      const ms = performance.now() - begun
      took.push(ms)
      slowest[name] = Math.max(slowest[name] ?? 0, Math.round(ms))
    }
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => +(took[Math.floor(took.length * share)] ?? 0).toFixed(1)
  return { calls: took.length, p50: at(0.5), p99: at(0.99), slowest }
}

async function search(): Promise<object> {
  const took: Record<string, number> = {}
  for (const words of ['message', 'nowhere', 'plain text', 'x-signature']) {
    const begun = performance.now()
    await client.callbacks.list({ search: words, limit: 50 })
    took[words] = Math.round(performance.now() - begun)
  }
  return took
}

/** A window that shows every callback as it comes. */
async function watch(): Promise<object> {
  void (async () => {
    let seen = 0
    for await (const row of await client.callbacks.watch()) seen = Math.max(seen, row.id)
  })()
  return {}
}

/** Waits until the search knows the newest callback. */
async function settled(seconds: number): Promise<object> {
  const begun = performance.now()
  const store = await openStore({ dataDir: process.argv[2] ?? '', clock: systemClock })
  try {
    while (performance.now() - begun < seconds * 1_000) {
      const unindexed = 0
      if (store.callbacks.unannotated(1).length === 0 && unindexed === 0) break
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    return { tookMs: Math.round(performance.now() - begun), unindexed: 0 }
  } finally {
    store.close()
  }
}
