/**
 * The budget of a plan: 10,000 profiles with 20 settings each, all of them edited and none of them, against what reading
 * the same rows and parsing their JSON costs at all; and for how long nothing else can happen meanwhile.
 * Run: `node test/bench/plan.ts`. out: one JSON line; ratios count, milliseconds depend on the computer.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as z from 'zod'
import { field, formOf } from '../../src/shared/fields.ts'
import type { Settings } from '../../src/shared/model/field.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import { profileRow } from '../helpers/store-rows.ts'
import { addAccount, holder, syncDeps } from '../helpers/sync-folder.ts'
import { hookKind, tinyProvider } from '../helpers/tiny-provider.ts'
import { watchPauses } from './pauses.ts'

const profiles = 10_000
const settings = 20
const rounds = 10

const names = Array.from({ length: settings - 1 }, (_, index) => `setting${index}`)
const schema = z.object({
  name: field(z.string(), { label: 'Name', immutable: true }),
  ...Object.fromEntries(names.map(name => [name, field(z.string(), { label: name }).optional()]))
})
const kind = { ...hookKind, schema, card: { ...hookKind.card, form: formOf(schema) } }
const treeOf = (index: number, edit: string): Settings => ({
  name: `profile ${index}`,
  ...Object.fromEntries(names.map((name, at) => [name, `value ${at} of ${index}${at === 7 ? edit : ''}`]))
})

const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
const store = await openStore({ dataDir, clock: systemClock })
addAccount(store, 'acc-edited')
addAccount(store, 'acc-alike')
store.together(() => {
  for (let index = 0; index < profiles; index += 1) {
    const seen = treeOf(index, '')
    const own = { kind: 'hook', remoteId: `r${index}`, policies: {}, base: seen, remote: seen }
    store.profiles.add(
      profileRow({ ...own, id: `pro-e${index}`, accountId: 'acc-edited', local: treeOf(index, ' edited') })
    )
    store.profiles.add(profileRow({ ...own, id: `pro-a${index}`, accountId: 'acc-alike', local: seen }))
  }
})
const registry = { kind: () => kind, get: () => tinyProvider }
const sync = createSync({ ...syncDeps(store, systemClock, {}), registry, holder: holder('bench') })
const raw = new Database(join(dataDir, 'plugboard.db'), { readonly: true })
const rows = raw.prepare<[], { base: string; local: string; remote: string }>(
  "SELECT base, local, remote FROM profiles WHERE account_id = 'acc-edited'"
)

function floor(): number {
  return rows.all().filter(row => Object.values(row).every(text => JSON.parse(text) !== null)).length
}

/** The best time of some rounds, and the longest pause of the best round in that respect. */
async function best(
  work: () => number | Promise<number>,
  expected = profiles
): Promise<{ ms: number; pauseMs: number }> {
  const out = { ms: Number.POSITIVE_INFINITY, pauseMs: Number.POSITIVE_INFINITY }
  for (let round = 0; round < rounds; round += 1) {
    const pauses = await watchPauses()
    const started = performance.now()
    const met = await work()
    out.ms = Math.min(out.ms, Math.round(performance.now() - started))
    if (met !== expected) throw new Error('not all were met')
    out.pauseMs = Math.min(out.pauseMs, await pauses.longestMs())
  }
  return out
}

const reading = await best(floor)
const edited = await best(async () => (await sync.plan('acc-edited')).changes.length)
const alike = await best(async () => (await sync.plan('acc-alike')).changes.length, 0)
const toFloor = ({ ms }: { ms: number }) => +(ms / reading.ms).toFixed(2)
console.log(
  JSON.stringify({
    profiles,
    settings,
    floorMs: reading.ms,
    edited: { ...edited, toFloor: toFloor(edited) },
    alike: { ...alike, toFloor: toFloor(alike) }
  })
)
raw.close()
await sync.close()
store.close()
await rm(dataDir, { recursive: true, force: true })
