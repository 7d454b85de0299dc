import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderApi, RemoteProfile } from '../../src/main/providers/contract.ts'
import type { LawClock } from './law-clock.ts'
import { isKindName, lawKinds } from './law-kinds.ts'
import type { KindName } from './law-kinds.ts'

/** What becomes of one request. `late`: its sender gives up, and it arrives after that all the same. */
export type Misfortune =
  | 'lost-request'
  | 'lost-response'
  | 'late'
  | '429'
  | '429-for-an-hour'
  | '503-before'
  | '503-after'
  | '401'
  | '403'
  | '422'
  | 'html-before'
  | 'html-after'
  | 'truncated'
  | 'offline'

/** `before`: something that happens just before the request arrives. */
export type Fate = Misfortune | 'fine' | (() => void)

export type There = { kind: KindName; settings: Settings }

/** A write that the provider received. `carried`: whether it carried it out, now or later. */
export type Write = {
  call: 'create' | 'update' | 'remove'
  kind: KindName
  id: string
  /** As they were sent: a secret is its value. */
  sent: Settings
  whole: Settings
  /** The object as the sender last read it, with its secrets. */
  read: Settings | undefined
  /** The object just before and after it, where it was carried out at once. */
  before: Settings | undefined
  after: Settings | undefined
  carried: boolean
}

export type LawRemote = {
  there: Map<string, There>
  /** Those that the provider received, in order. */
  writes: Write[]
  requests: number
  /** The fate of the next requests; those after them are fine. */
  fates: Fate[]
  put(kind: KindName, settings: Settings): string
  edit(id: string, settings: Settings): void
  /** in: moment: told of each request before it leaves and after it was answered; it throws where the sender dies. */
  api(moment: (name: string) => void): ProviderApi
}

const pageSize = 2
const patienceMs = 10_000
/** Within what sync takes for the longest that a request can be under way. */
const latestMs = 60_000
const hourMs = 3_600_000

/** The provider's side: its objects, what it received, and what shall go wrong. */
export function createLawRemote(clock: LawClock): LawRemote {
  const there: LawRemote['there'] = new Map()
  const reads = new Map<string, Settings>()
  let next = 1

  function put(kind: KindName, settings: Settings): string {
    const id = `r${next++}`
    // What a real one fills in by itself: one default that means the same as nothing, one that does not.
    const filled = { region: 'eu', ...(kind === 'line' && { colour: 'grey' }), ...clean(settings), revision: 1 }
    there.set(id, { kind, settings: filled })
    return id
  }

  function change(id: string, next: (settings: Settings) => Settings): void {
    const object = there.get(id)
    if (!object) throw new Fault('missing-there')
    const revision = Number(object.settings['revision']) + 1
    there.set(id, { ...object, settings: { ...clean(next(object.settings)), revision } })
  }

  const remote: LawRemote = {
    there,
    writes: [],
    requests: 0,
    fates: [],
    put,
    edit: (id, settings) => change(id, own => ({ ...own, ...settings })),
    api: moment => ({
      test: async () => 'fine',
      list: kind => listAll(moment, named(kind)),
      get: (kind, id) => read(moment, named(kind), id),
      async create(kind, sent) {
        const own = { call: 'create' as const, kind: named(kind), id: '', sent, whole: sent, read: undefined }
        return write(moment, own, () => put(named(kind), sent))
      },
      async update(kind, id, sent, whole) {
        const own = { call: 'update' as const, kind: named(kind), id, sent, whole, read: reads.get(id) }
        const isMerged = lawKinds[named(kind)].update === 'merge'
        await write(moment, own, () => (change(id, was => (isMerged ? { ...was, ...sent } : whole)), id))
      },
      async remove(kind, id) {
        const own = { call: 'remove' as const, kind: named(kind), id, sent: {}, whole: {}, read: reads.get(id) }
        await write(moment, own, () => {
          if (!there.delete(id)) throw new Fault('missing-there')
          return id
        })
      }
    })
  }

  async function listAll(moment: (name: string) => void, kind: KindName): Promise<RemoteProfile[]> {
    const found: RemoteProfile[] = []
    for (;;) {
      const page = await request(moment, 'list', undefined, () => {
        const own = [...there].filter(([, object]) => object.kind === kind)
        return { total: own.length, items: own.slice(found.length, found.length + pageSize).map(shown) }
      })
      found.push(...page.items)
      if (page.items.length < pageSize || found.length >= page.total) return found
    }
  }

  function read(moment: (name: string) => void, kind: KindName, id: string): Promise<RemoteProfile | undefined> {
    return request(moment, 'get', undefined, () => {
      const object = there.get(id)
      if (!object || object.kind !== kind) return undefined
      reads.set(id, object.settings)
      return shown([id, object])
    })
  }

  function write(
    moment: (name: string) => void,
    own: Pick<Write, 'call' | 'kind' | 'id' | 'sent' | 'whole' | 'read'>,
    carryOut: () => string
  ): Promise<string> {
    const noted: Write = { ...own, before: undefined, after: undefined, carried: false }
    return request(moment, own.call, noted, () => {
      noted.before = there.get(own.id)?.settings
      const id = carryOut()
      noted.id = id
      noted.after = there.get(id)?.settings
      noted.carried = true
      return id
    })
  }

  async function request<T>(
    moment: (name: string) => void,
    call: string,
    noted: Write | undefined,
    carryOut: () => T
  ): Promise<T> {
    moment(`before ${call}`)
    remote.requests += 1
    const fate = remote.fates.shift() ?? 'fine'
    clock.pass(20)
    await Promise.resolve()
    if (typeof fate === 'function') fate()
    if (fate === 'offline') throw new Fault('unreachable')
    if (noted) remote.writes.push(noted)
    if (fate === 'late' && noted) {
      clock.later(latestMs, () => {
        // Whatever it meets there by then: nobody hears of it.
        if (call === 'create' || there.has(noted.id)) carryOut()
      })
    }
    const before = noted ? unanswered(fate) : unread(fate)
    if (before) {
      if (fate === 'lost-request' || fate === 'late') clock.pass(patienceMs)
      moment(`after ${call}`)
      throw before(clock.now())
    }
    const out = carryOut()
    moment(`after ${call}`)
    if (fate === 'lost-response' || fate === '503-after' || fate === 'html-after') {
      if (fate === 'lost-response') clock.pass(patienceMs)
      throw new Fault(noted ? 'outcome-unknown' : readFaults[fate])
    }
    return out
  }

  return remote
}

const readFaults = { 'lost-response': 'timeout', '503-after': 'provider-error', 'html-after': 'protocol' } as const

type AsFault = (nowMs: number) => Fault

/** The fault of a write that was not carried out. */
function unanswered(fate: Fate): AsFault | undefined {
  if (typeof fate === 'function') return undefined
  return {
    fine: undefined,
    'lost-request': () => new Fault('outcome-unknown'),
    late: () => new Fault('outcome-unknown'),
    '429': limited(2_000),
    '429-for-an-hour': limited(hourMs),
    '503-before': () => new Fault('outcome-unknown'),
    '401': () => new Fault('auth'),
    '403': () => new Fault('forbidden'),
    '422': () => new Fault('refused'),
    'html-before': () => new Fault('protocol'),
    truncated: () => new Fault('protocol'),
    offline: () => new Fault('unreachable'),
    'lost-response': undefined,
    '503-after': undefined,
    'html-after': undefined
  }[fate]
}

/** The fault of a read: what a provider's client makes of a bad answer. A page that lacks something is one. */
function unread(fate: Fate): AsFault | undefined {
  if (fate === 'lost-request' || fate === 'late') return () => new Fault('timeout')
  if (fate === '503-before') return () => new Fault('provider-error')
  return fate === '422' ? undefined : unanswered(fate)
}

function limited(ms: number): AsFault {
  return nowMs => new Fault('rate-limited', { retryAtMs: nowMs + ms })
}

/** What the provider shows of an object: never the PIN. */
function shown([remoteId, { kind, settings }]: [string, There]): RemoteProfile {
  const { pin: _, ...own } = settings
  return { kind, remoteId, settings: own }
}

function clean(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}

function named(kind: string): KindName {
  if (isKindName(kind)) return kind
  throw new Error(`the provider has no kind ${kind}`)
}
