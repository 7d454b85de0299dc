/** The whole core on a data folder, as the app opens it: `target-plugboard.ts DATA_DIR [idle]`; idle: the listener waits for an order. */
import Database from 'better-sqlite3'
import { openCoreOn } from '../../helpers/core-child.ts'
import { databaseFile } from '../../../src/main/store/open.ts'
import { answerOrders } from './orders.ts'

const [, , dataDir = '', mode] = process.argv
const started = performance.now()
const core = await openCoreOn(dataDir, 'bench')
const openMs = Math.round(performance.now() - started)
const { client } = core
if (mode !== 'idle') await client.listener.start({ port: 0 })
else await quiet()
const [endpoint = await client.endpoints.add({ label: 'Bench' })] = await client.endpoints.list()
const [{ url } = endpoint] = await client.endpoints.list()

answerOrders(
  url ?? '',
  {
    calls: async input => calls(Number(input['seconds'])),
    search: async () => search(),
    caught: async () => ({ caught: (await client.listener.status()).caught }),
    listen: async () => {
      await client.listener.start({ port: 0 })
      await quiet()
    },
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

/** What is everywhere, nowhere, in headers, a text as it stands, and a filter; the median of some. */
async function search(): Promise<object> {
  const searches: Record<string, object> = {
    message: { search: 'message' },
    nowhere: { search: 'nowhere' },
    'plain text': { search: 'plain text' },
    'x-signature': { search: 'x-signature' },
    '"text of a message"': { search: '"text of a message"' },
    'plain of PUT': { search: 'plain', method: 'PUT' }
  }
  const took: Record<string, number> = {}
  for (const [name, filter] of Object.entries(searches)) {
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const begun = performance.now()
      await client.callbacks.list({ ...filter, limit: 50 })
      times.push(performance.now() - begun)
    }
    took[name] = Math.round(times.toSorted((a, b) => a - b)[2] ?? 0)
  }
  return took
}

/** After a start, as it stands in the background of a day. */
function quiet(): Promise<unknown> {
  return new Promise(resolve => setTimeout(resolve, 3_000))
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
  const db = new Database(databaseFile(dataDir), { readonly: true })
  const left = db
    .prepare<[], number>(
      `SELECT ifnull((SELECT max(id) FROM callbacks), 0) - indexed_to FROM callback_words_state WHERE only = 1`
    )
    .pluck()
  while (left.get() !== 0 && performance.now() - begun < seconds * 1_000)
    await new Promise(resolve => setTimeout(resolve, 200))
  const unindexed = left.get()
  db.close()
  return { tookMs: Math.round(performance.now() - begun), unindexed }
}
