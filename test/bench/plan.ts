/**
 * The budget of a plan: 10,000 profiles with 20 settings each, all of them edited, against what reading the same rows and
 * parsing their JSON costs at all. Run: `node test/bench/plan.ts`. out: one JSON line; ratios count, milliseconds depend
 * on the computer.
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

const profiles = 10_000
const settings = 20
const rounds = 5

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
addAccount(store)
store.together(() => {
  for (let index = 0; index < profiles; index += 1) {
    const seen = treeOf(index, '')
    const local = treeOf(index, ' edited')
    const own = { id: `pro-${index}`, accountId: 'acc-one', kind: 'hook', remoteId: `r${index}`, policies: {} }
    store.profiles.add(profileRow({ ...own, base: seen, local, remote: seen }))
  }
})
const registry = { kind: () => kind, get: () => tinyProvider }
const sync = createSync({ ...syncDeps(store, systemClock, {}), registry, holder: holder('bench') })
const raw = new Database(join(dataDir, 'plugboard.db'), { readonly: true })
const rows = raw.prepare<[], { base: string; local: string; remote: string }>(
  'SELECT base, local, remote FROM profiles'
)

function floor(): number {
  return rows.all().filter(row => Object.values(row).every(text => JSON.parse(text) !== null)).length
}

function best(work: () => number): number {
  let bestMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now()
    if (work() !== profiles) throw new Error('not all were met')
    bestMs = Math.min(bestMs, performance.now() - started)
  }
  return Math.round(bestMs)
}

const floorMs = best(floor)
const readMs = best(() => store.profiles.list().length)
const planMs = best(() => sync.plan().changes.length)
console.log(
  JSON.stringify({ profiles, settings, floorMs, readMs, planMs, planToFloor: +(planMs / floorMs).toFixed(2) })
)
raw.close()
await sync.close()
store.close()
await rm(dataDir, { recursive: true, force: true })
