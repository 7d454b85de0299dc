import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Kind, Provider, ProviderApi } from '../../src/main/providers/contract.ts'
import type { SyncDeps } from '../../src/main/sync/sync.ts'
import { withFolder, type Folder } from '../helpers/sync-folder.ts'
import { hookKind, tinyProvider } from '../helpers/tiny-provider.ts'

type Outcome = Settings | Fault | undefined

/** A provider with two kinds that cannot be listed and one that can. */
const byName = (id: string): Kind => ({ ...hookKind, card: { ...hookKind.card, id, listing: 'by-name' } })
const kinds = { config: byName('config'), handler: byName('handler') }
const registryOf = (given: Record<string, Kind>): Partial<SyncDeps> => {
  const provider: Provider = {
    ...tinyProvider,
    card: { ...tinyProvider.card, kinds: Object.values(given).map(kind => kind.card) },
    kinds: given
  }
  const kind = (_: string, id: string) => {
    const found = given[id]
    if (!found) throw new Error(`no kind ${id}`)
    return found
  }
  return { registry: { get: () => provider, kind } }
}

/** The provider's side: what reading a name in a kind gives. `kind name` → settings, nothing, or a fault. */
class NamedRemote {
  readonly there = new Map<string, Outcome>()
  readonly calls: string[] = []
  meanwhile: () => void = () => undefined
  spelling: string | undefined
  onUpdate: () => void = () => undefined
  readonly api: ProviderApi = {
    test: async () => 'fine',
    list: async () => Promise.reject(new Error('list was called for a kind that cannot be listed')),
    get: async (kind, name) => {
      this.calls.push(`${kind} ${name}`)
      await Promise.resolve()
      this.meanwhile()
      const outcome = this.there.get(`${kind} ${name.toUpperCase()}`)
      if (outcome instanceof Fault) throw outcome
      return outcome && { kind, remoteId: this.spelling ?? name.toUpperCase(), settings: outcome }
    },
    create: async () => Promise.reject(new Fault('unsupported')),
    update: async (kind, name, planned) => {
      this.onUpdate()
      const before = this.there.get(`${kind} ${name}`)
      if (before instanceof Fault) throw before
      this.there.set(`${kind} ${name}`, { ...before, ...planned })
    },
    remove: async () => Promise.reject(new Fault('unsupported'))
  }

  put(name: string, note = 'a'): void {
    for (const kind of Object.keys(kinds)) this.there.set(`${kind} ${name}`, { name, note })
  }
}

async function withRemote(
  work: (remote: NamedRemote, folder: Folder, engine: ReturnType<Folder['sync']>) => Promise<void>
): Promise<void> {
  const remote = new NamedRemote()
  await withFolder({ 'acc-one': remote.api }, folder => work(remote, folder, folder.sync(registryOf(kinds))))
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure
  )
  if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
  return error
}

test('a name is taken over in every kind, in sync, with nothing to send', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    const adopted = await engine.adopt('acc-one', 'JOE')
    expect(adopted.map(({ kind, remoteId, state }) => [kind, remoteId, state])).toEqual([
      ['config', 'JOE', 'in-sync'],
      ['handler', 'JOE', 'in-sync']
    ])
    expect(await engine.plan()).toMatchObject({ changes: [], held: [], guards: [] })
    expect(engine.history({ limit: 10 }).map(({ what }) => what)).toEqual(['seen-new', 'seen-new'])
  })
})

test('the id is the one that the provider gives: another spelling is not taken over twice', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    await engine.adopt('acc-one', 'joe')
    expect((await faultOf(engine.adopt('acc-one', 'Joe'))).code).toBe('already-exists')
    expect(engine.list().map(one => one.remoteId)).toEqual(['JOE', 'JOE'])
  })
})

test('what nobody has is missing there, and nothing is kept', async () => {
  await withRemote(async (_remote, _folder, engine) => {
    expect(await faultOf(engine.adopt('acc-one', 'NOBODY'))).toMatchObject({ code: 'missing-there' })
    expect(engine.list()).toEqual([])
  })
})

test('a fault in the second kind takes over nothing at all', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    remote.there.set('handler JOE', new Fault('timeout'))
    expect((await faultOf(engine.adopt('acc-one', 'JOE'))).code).toBe('timeout')
    expect(engine.list()).toEqual([])
  })
})

test('a kind that may not be read is left out, and can be taken over later', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    remote.there.set('handler JOE', new Fault('forbidden'))
    expect((await engine.adopt('acc-one', 'JOE')).map(one => one.kind)).toEqual(['config'])
    remote.put('JOE')
    expect((await engine.adopt('acc-one', 'JOE')).map(one => one.kind)).toEqual(['handler'])
    remote.there.set('config ELSE', new Fault('forbidden', { message: 'somebody else has it' }))
    expect(await faultOf(engine.adopt('acc-one', 'ELSE'))).toMatchObject({ message: 'somebody else has it' })
  })
})

test('rejected credentials park the account, and a parked one is not asked', async () => {
  await withRemote(async (remote, { store }, engine) => {
    remote.there.set('config JOE', new Fault('auth', { message: 'no' }))
    expect((await faultOf(engine.adopt('acc-one', 'JOE'))).code).toBe('auth')
    expect(store.accounts.get('acc-one')?.state).toBe('parked')
    const asked = remote.calls.length
    expect(await faultOf(engine.adopt('acc-one', 'JOE'))).toMatchObject({ code: 'auth', message: 'no' })
    expect(remote.calls).toHaveLength(asked)
  })
})

test('an account that is removed meanwhile is no bug, and nothing is kept', async () => {
  await withRemote(async (remote, { store }, engine) => {
    remote.put('JOE')
    remote.meanwhile = () => store.accounts.remove('acc-one')
    expect((await faultOf(engine.adopt('acc-one', 'JOE'))).code).toBe('not-found')
    expect(store.profiles.list({ accountId: 'acc-one' })).toEqual([])
  })
})

test('what was made here under that name is linked, not doubled', async () => {
  await withRemote(async (remote, _folder, engine) => {
    const own = engine.create('acc-one', 'config', { name: 'JOE', note: 'mine' })
    remote.put('JOE', 'theirs')
    const adopted = await engine.adopt('acc-one', 'JOE')
    expect(adopted.find(one => one.kind === 'config')?.id).toBe(own.id)
    expect(engine.list()).toHaveLength(2)
    expect(engine.get(own.id).state).toBe('conflict')
  })
})

test('what can be listed is not taken over by name', async () => {
  const remote = new NamedRemote()
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    expect((await faultOf(sync(registryOf({ hook: hookKind })).adopt('acc-one', 'JOE'))).code).toBe('unsupported')
    expect(remote.calls).toEqual([])
  })
})

test('a pull reads what was taken over, and only that', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    remote.put('OTHER')
    expect(await engine.pull()).toMatchObject([{ seen: 0, adopted: 0, fault: null }])
    await engine.adopt('acc-one', 'JOE')
    remote.put('JOE', 'b')
    remote.calls.length = 0
    expect(await engine.pull()).toMatchObject([{ seen: 2, adopted: 0, changed: 2, removed: 0, fault: null }])
    expect(remote.calls).toEqual(['config JOE', 'handler JOE'])
  })
})

test('a provider that spells the id another way in the next read has changed nothing', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    await engine.adopt('acc-one', 'JOE')
    remote.spelling = 'joe'
    expect(await engine.pull()).toMatchObject([{ seen: 2, adopted: 0, changed: 0, removed: 0 }])
    expect(engine.list().map(one => one.remoteId)).toEqual(['JOE', 'JOE'])
  })
})

test('only the word of the provider removes; it takes one kind, not the others', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    await engine.adopt('acc-one', 'JOE')
    remote.there.delete('config JOE')
    expect(await engine.pull()).toMatchObject([{ removed: 1, fault: null }])
    expect(engine.list().map(({ kind, state }) => [kind, state])).toEqual([
      ['config', 'removed-there'],
      ['handler', 'in-sync']
    ])
  })
})

test.each(['provider-error', 'protocol', 'rate-limited', 'timeout', 'refused'] as const)(
  'a read that fails with %s removes nothing and leaves the profiles unknown',
  async code => {
    await withRemote(async (remote, _folder, engine) => {
      remote.put('JOE')
      await engine.adopt('acc-one', 'JOE')
      remote.there.set('config JOE', new Fault(code))
      expect(await engine.pull()).toMatchObject([{ removed: 0, fault: { code } }])
      expect(engine.list().map(({ state }) => state)).toEqual(['unknown', 'unknown'])
    })
  }
)

test('one name that was given to somebody else does not keep the others from being read', async () => {
  await withRemote(async (remote, _folder, engine) => {
    remote.put('JOE')
    remote.put('SUE')
    await engine.adopt('acc-one', 'JOE')
    await engine.adopt('acc-one', 'SUE')
    remote.there.set('config JOE', new Fault('forbidden'))
    remote.put('SUE', 'b')
    expect(await engine.pull()).toMatchObject([{ seen: 3, changed: 2, removed: 0, fault: { code: 'forbidden' } }])
    const states = engine
      .list()
      .map(({ kind, remoteId, state, remoteKnown }) => `${kind} ${remoteId} ${state} ${remoteKnown}`)
    expect(new Set(states)).toEqual(
      new Set([
        'config JOE unknown false',
        'config SUE drifted true',
        'handler JOE in-sync true',
        'handler SUE drifted true'
      ])
    )
    remote.put('JOE')
    expect(await engine.pull()).toMatchObject([{ fault: null }])
    expect(engine.list().every(one => one.remoteKnown)).toBe(true)
  })
})

test('a request of unknown outcome about a name that may not be read stays unknown', async () => {
  await withRemote(async (remote, { store }, engine) => {
    remote.put('JOE')
    const [config] = await engine.adopt('acc-one', 'JOE')
    engine.set(config?.id ?? '', { note: 'mine' })
    remote.onUpdate = () => {
      remote.there.set('config JOE', new Fault('forbidden'))
      throw new Fault('outcome-unknown')
    }
    const plan = await engine.plan()
    await (
      await engine.apply({ hash: plan.hash, confirm: plan.guards.flatMap(({ confirm }) => confirm ?? []) })
    ).finished
    expect(store.runs.operationsIn(['unknown'])).toHaveLength(1)
    expect(await engine.pull()).toMatchObject([{ removed: 0, fault: { code: 'forbidden' } }])
    expect(store.runs.operationsIn(['unknown'])).toHaveLength(1)
    expect(engine.get(config?.id ?? '')).toMatchObject({ remote: { note: 'a' }, local: { note: 'mine' } })
  })
})
