import * as fc from 'fast-check'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Policy, ProfileRecord } from '#shared/model/profile.ts'
import { kindNames, lawKinds } from './law-kinds.ts'
import type { KindName } from './law-kinds.ts'
import type { Fate, Misfortune } from './law-remote.ts'
import { accountId, unpark } from './law-world.ts'
import type { Trouble, World } from './law-world.ts'

/** One thing that happens. `of` chooses among what there is at that time. */
export type Move =
  | { here: 'create'; kind: KindName; name: string; values: Settings }
  | { here: 'edit'; of: number; values: Settings }
  | { here: 'delete'; of: number }
  | { here: 'revert'; of: number }
  | { here: 'policy'; of: number; setting: string; policy: Policy }
  | { here: 'resolve'; of: number; use: 'local' | 'remote' }
  | { here: 'roll-back'; of: number; entry: number }
  | { there: 'create'; kind: KindName; name: string; values: Settings }
  | { there: 'edit'; of: number; values: Settings }
  | { there: 'delete'; of: number }
  | { sync: 'pull' | 'apply' }

/** Something that goes wrong in the middle: a request's misfortune, or an edit between two requests. */
export type Mishap = Misfortune | 'fine' | Extract<Move, { there: unknown }> | Extract<Move, { here: 'edit' }>

const kind = fc.constantFrom(...kindNames)
const name = fc.constantFrom('a', 'b', 'c')
const of = fc.nat({ max: 3 })

/** Few values, so that equal ones meet; null takes a setting out. Each kind takes those that it has. */
export const values: fc.Arbitrary<Settings> = fc.record(
  {
    note: fc.constantFrom('x', 'y', null),
    url: fc.constantFrom('https://a.test', 'https://a.test/', 'https://b.test', null),
    colour: fc.constantFrom('grey', 'red', null),
    region: fc.constantFrom('eu', 'us'),
    tags: fc.constantFrom<(string[] | null)[]>(['a', 'b'], ['b', 'a'], ['a'], null),
    pin: fc.constantFrom({ $secret: 1 }, { $secret: 2 }, null)
  },
  { requiredKeys: [] }
)

const created = { kind, name, values }
const edited = { of, values }
const thereEdit = fc.record({ there: fc.constant('edit' as const), ...edited })
const hereEdit = fc.record({ here: fc.constant('edit' as const), ...edited })
const setting = fc.constantFrom('note', 'url', 'colour', 'region', 'tags')

const edits: fc.WeightedArbitrary<Move>[] = [
  { weight: 5, arbitrary: fc.record({ here: fc.constant('create' as const), ...created }) },
  { weight: 6, arbitrary: hereEdit },
  {
    weight: 2,
    arbitrary: fc.record({ here: fc.constantFrom('delete' as const, 'delete' as const, 'revert' as const), of })
  }
]
const ordinary: fc.WeightedArbitrary<Move>[] = [
  ...edits,
  { weight: 3, arbitrary: fc.record({ there: fc.constant('create' as const), ...created }) },
  { weight: 3, arbitrary: thereEdit },
  { weight: 1, arbitrary: fc.record({ there: fc.constant('delete' as const), of }) },
  { weight: 4, arbitrary: fc.record({ sync: fc.constantFrom('pull' as const, 'pull' as const, 'apply' as const) }) }
]
const decisions: fc.WeightedArbitrary<Move>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      here: fc.constant('policy' as const),
      of,
      setting,
      policy: fc.constantFrom('managed' as const, 'follow' as const, 'ignore' as const)
    })
  },
  { weight: 2, arbitrary: fc.record({ here: fc.constant('resolve' as const), of, use: sideOf() }) },
  { weight: 1, arbitrary: fc.record({ here: fc.constant('roll-back' as const), of, entry: fc.nat({ max: 5 }) }) }
]

/** What happened before. It begins with some objects that exist there already. */
export const history: fc.Arbitrary<Move[]> = historyOf(4)
export const shortHistory: fc.Arbitrary<Move[]> = historyOf(2)

function historyOf(maxLength: number): fc.Arbitrary<Move[]> {
  return fc
    .tuple(
      fc.array(fc.record({ there: fc.constant('create' as const), ...created }), { maxLength: 3 }),
      fc.array(fc.oneof(...ordinary, ...decisions), { maxLength }),
      // At the end there is most often something to send.
      fc.array(fc.oneof(...edits), { minLength: 1, maxLength: 3 })
    )
    .map(([there, moves, last]) => [...there, { sync: 'pull' }, ...moves, ...last])
}

/** What goes wrong with the requests one after the other; most of them are fine. */
export function mishaps(...among: Mishap[]): fc.Arbitrary<Mishap[]> {
  return fc.array(fc.oneof(fc.constant<Mishap>('fine'), fc.constantFrom(...among)), { maxLength: 10 })
}

export const everyMisfortune: Misfortune[] = [
  'lost-request',
  'lost-response',
  'late',
  '429',
  '429-for-an-hour',
  '503-before',
  '503-after',
  '401',
  '403',
  '422',
  'html-before',
  'html-after',
  'truncated',
  'offline'
]

/** Edits of somebody else between requests. */
export const editsBetween: fc.Arbitrary<Mishap[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Mishap>('fine') },
    { weight: 3, arbitrary: thereEdit },
    { weight: 1, arbitrary: fc.record({ there: fc.constant('delete' as const), of }) },
    { weight: 1, arbitrary: hereEdit }
  ),
  { maxLength: 10 }
)

/** The mishaps as the provider takes them. */
export function fatesOf(world: World, mishaps: Mishap[]): Fate[] {
  return mishaps.map(one => (typeof one === 'string' ? one : () => makeNow(world, one)))
}

/** Makes the moves one after the other; what the engine or the provider refuses does not happen. */
export async function play(world: World, moves: Move[]): Promise<void> {
  for (const move of moves) await make(world, move)
}

export async function make(world: World, move: Move, trouble: Trouble = {}): Promise<void> {
  world.clock.pass(1)
  if (!('sync' in move)) return makeNow(world, move)
  unpark(world.store)
  if (move.sync === 'apply') await world.applyAll(trouble)
  else await world.under(trouble, () => world.sync().pull())
}

function makeNow(world: World, move: Exclude<Move, { sync: unknown }>): void {
  try {
    if ('there' in move) makeThere(world, move)
    else makeHere(world, move)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}

function makeThere({ remote }: World, move: Extract<Move, { there: unknown }>): void {
  // Nobody there knows a PIN: the vault is here.
  const shown = (kind: KindName, own: Settings) => withoutPin(fitting(kind, own))
  if (move.there === 'create') {
    remote.put(move.kind, { name: move.name, ...shown(move.kind, move.values) })
    return
  }
  const chosen = [...remote.there][move.of % remote.there.size]
  if (!chosen) return
  const [id, object] = chosen
  if (move.there === 'delete') remote.there.delete(id)
  else remote.edit(id, shown(object.kind, move.values))
}

function makeHere(world: World, move: Extract<Move, { here: unknown }>): void {
  const sync = world.sync()
  if (move.here === 'create') {
    const settings = { name: move.name, ...fitting(move.kind, move.values) }
    sync.create(accountId, move.kind, settings)
    return
  }
  const record = chosenRecord(world, move.of)
  if (!record) return
  const { id } = record
  if (move.here === 'edit') sync.set(id, fitting(kindOf(record), move.values))
  else if (move.here === 'delete') sync.remove(id)
  else if (move.here === 'revert') sync.revert(id)
  else if (move.here === 'policy') sync.setPolicy({ id, setting: move.setting, policy: move.policy })
  else if (move.here === 'resolve') sync.resolve(id, null, move.use)
  else if (move.here === 'roll-back') {
    const entries = sync.history({ profileId: id, limit: 20 })
    sync.rollback(id, entries[move.entry % entries.length]?.id ?? '')
  }
}

export function chosenRecord(world: World, of: number): ProfileRecord | undefined {
  const records = world.records()
  return records[of % records.length]
}

export function kindOf({ kind }: Pick<ProfileRecord, 'kind'>): KindName {
  return kind === 'page' ? 'page' : 'line'
}

function fitting(kind: KindName, settings: Settings): Settings {
  const own = new Set(lawKinds[kind].card.form.fields.map(field => field.name))
  return Object.fromEntries(Object.entries(settings).filter(([name]) => own.has(name)))
}

function withoutPin(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'pin'))
}

function sideOf(): fc.Arbitrary<'local' | 'remote'> {
  return fc.constantFrom('local', 'remote')
}
