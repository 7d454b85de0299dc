/**
 * The budgets of sync, measured: a plan of 10,000 × 20 (see plan.ts), an edit until it is durable, and an apply of 1,000
 * changes to one account against a simulator in its own process with 20 ms latency and a rate limit.
 * Run: `node test/bench/sync.ts [changes]`. out: JSON lines; ratios count, milliseconds depend on the computer.
 *
 * What an apply cannot do without, for each change: one read that shows that what was reviewed still holds, the write, and
 * one read that shows what has become of it (providers answer a write with less than the profile). One account is written
 * to one request at a time, so that the bound is the larger of: these requests at the latency, these requests at the rate.
 * `toBound` is against that; `toFloor` against the same requests, one after the other, sent by the bare client.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp } from '../../src/main/base/http.ts'
import { connectOpentact, profileKind } from '../../src/main/providers/opentact/api.ts'
import { opentact } from '../../src/main/providers/opentact/index.ts'
import { sandboxAccount } from '../../src/main/sandbox/opentact/account.ts'
import { openStore } from '../../src/main/store/open.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import { startSimulator } from '../helpers/simulator.ts'
import { addAccount, holder, syncDeps } from '../helpers/sync-folder.ts'
import { watchPauses } from './pauses.ts'

await import('./plan.ts')

const changes = Number(process.argv[2] ?? 1_000)
const floorChanges = Math.min(changes, 50)
const latencyMs = 20
const rateLimit = { requests: 100, perMs: 1_000, source: 'stated for this measurement' }
const requestsEach = 3

const kind = opentact.kinds[profileKind]
if (!kind) throw new Error('the provider has another kind now')
const simulator = await startSimulator(0, 'opentact')
const http = createHttp()
const session = {
  baseUrl: simulator.url,
  credentials: { token: sandboxAccount.key },
  http: http.send,
  clock: systemClock
}
const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
const store = await openStore({ dataDir, clock: systemClock })
addAccount(store)

const unlimited = connectOpentact(session, { ...rateLimit, requests: 100_000 })
for (let index = 0; index < changes; index += 1) await unlimited.create(profileKind, { name: `profile ${index}` })
const api = connectOpentact(session, rateLimit)
const sync = createSync({
  ...syncDeps(store, systemClock, { 'acc-one': api }),
  registry: { kind: () => kind, get: () => opentact },
  holder: holder('bench')
})
await sync.pull()
const profiles = sync.list().filter(({ title }) => title.startsWith('profile '))

const saveMs = profiles.map(({ id }, index) => {
  const started = performance.now()
  sync.set(id, { callbackUrl: `https://example.com/hook/${index}` })
  return performance.now() - started
})
console.log(
  JSON.stringify({ edits: saveMs.length, savedP50Ms: percentile(saveMs, 0.5), savedP99Ms: percentile(saveMs, 0.99) })
)

await simulator.control('PUT', 'switches', {
  latencyMs,
  rateLimit: { requests: rateLimit.requests, perMs: rateLimit.perMs }
})
const floorMs = await floorEach()
const { hash, guards } = await sync.plan()
const before = await requestsThere()
const pauses = await watchPauses()
const started = performance.now()
const confirm = guards.flatMap(guard => guard.confirm ?? [])
const run = await (await sync.apply({ hash, confirm })).finished
const applyMs = performance.now() - started
const longestPauseMs = await pauses.longestMs()
const requests = (await requestsThere()) - before
const necessary = changes * requestsEach
const boundMs = necessary * Math.max(latencyMs, rateLimit.perMs / rateLimit.requests)
console.log(
  JSON.stringify({
    changes,
    state: run.state,
    latencyMs,
    rateLimit: `${rateLimit.requests} in ${rateLimit.perMs} ms`,
    applyMs: Math.round(applyMs),
    boundMs,
    toBound: ratio(applyMs, boundMs),
    toFloor: ratio(applyMs, floorMs * changes),
    longestPauseMs,
    requests,
    necessary,
    requestsToNecessary: ratio(requests, necessary),
    writesToNecessary: ratio(run.writes, changes)
  })
)
await sync.close()
store.close()
await http.close()
await simulator.stop()
await rm(dataDir, { recursive: true, force: true })

/** What the three requests of a change take without the engine. */
async function floorEach(): Promise<number> {
  const from = performance.now()
  for (const { remoteId } of profiles.slice(0, floorChanges)) {
    const id = remoteId ?? ''
    const found = await api.get(profileKind, id)
    await api.update(profileKind, id, { stickySender: found?.settings['stickySender'] ?? false }, {})
    await api.get(profileKind, id)
  }
  return (performance.now() - from) / floorChanges
}

async function requestsThere(): Promise<number> {
  const { counters } = await simulator.control<{ counters: { requests: Record<string, number> } }>('GET', 'state')
  return Object.values(counters.requests).reduce((sum, count) => sum + count, 0)
}

function percentile(values: number[], share: number): number {
  return ratio(values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)] ?? 0, 1)
}

function ratio(value: number, bound: number): number {
  return +(value / bound).toFixed(2)
}
