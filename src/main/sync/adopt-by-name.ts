import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Kind, Provider, ProviderApi, RemoteProfile } from '../providers/contract.ts'
import { park } from './park.ts'
import { adoptFound, checkStillOurs, linkable, recordsOf } from './pull.ts'
import type { PullDeps } from './pull.ts'
import { takeIn } from './settlement.ts'

type Found = { kind: Kind; profile: RemoteProfile }

/**
 * Takes over what has this name at the provider, in every kind that cannot be listed; a kind that this account may not read
 * is left out as long as there is another. What was made here under that name is linked. out: ids of the records.
 * faults: missing-there, unsupported (all kinds can be listed), already-exists, not-found, those of the reads.
 */
export async function adoptByName(deps: PullDeps, accountId: string, name: string): Promise<string[]> {
  const account = deps.lookup.account(accountId)
  const provider = deps.registry.get(account.provider)
  const kinds = Object.values(provider.kinds).filter(kind => kind.card.listing === 'by-name')
  if (kinds.length === 0) {
    throw new Fault('unsupported', { message: `${provider.card.name} lists everything: a pull finds it.` })
  }
  if (account.state === 'parked') throw parkedFault(account)
  const found = await readParking(deps, account, { provider, kinds, name })
  const ids = deps.store.together(() => {
    checkStillOurs(deps, account)
    return found.flatMap(one => take(deps, accountId, one) ?? [])
  })
  if (ids.length === 0) throw new Fault('already-exists', { message: `“${name}” was taken over already.` })
  deps.bus.tell('profiles')
  return ids
}

type Wanted = { provider: Provider; kinds: Kind[]; name: string }

async function readParking(deps: PullDeps, account: Account, wanted: Wanted): Promise<Found[]> {
  try {
    return await readByName(await deps.connect(account, deps.signal), wanted)
  } catch (error) {
    const fault = deps.reportOf(error)
    if (fault.code === 'auth') park(deps, account, fault)
    throw error
  }
}

async function readByName(api: ProviderApi, { provider, kinds, name }: Wanted): Promise<Found[]> {
  const found: Found[] = []
  let withheld: Fault | undefined
  for (const kind of kinds) {
    try {
      const profile = await api.get(kind.card.id, name)
      if (profile) found.push({ kind, profile })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'forbidden') throw error
      withheld ??= error
    }
  }
  if (found.length > 0) return found
  throw withheld ?? new Fault('missing-there', { message: `${provider.card.name} has no “${name}”.`, field: 'name' })
}

/** out: the id of its record; undefined where it was taken over before. */
function take(deps: PullDeps, accountId: string, { kind, profile }: Found): string | undefined {
  const records = recordsOf(deps, accountId, kind)
  if (records.some(({ remoteId }) => remoteId === profile.remoteId)) return undefined
  const createdHere = linkable(records, [profile], kind).get(profile.remoteId)
  if (!createdHere) return adoptFound(deps, accountId, kind, profile)
  takeIn({ ...deps, kind }, createdHere, profile)
  return createdHere.id
}

function parkedFault({ label, parkedFault: fault }: Account): Fault {
  return new Fault('auth', fault ?? { message: `The credentials of “${label}” were rejected.` })
}
