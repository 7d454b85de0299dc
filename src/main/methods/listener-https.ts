import { Fault } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import type { Clock } from '../base/clock.ts'
import { authorityFileIn, putAuthorityFile } from '../listener/https/authority-file.ts'
import type { Identity } from '../listener/https/certificates.ts'
import type { Identities } from '../listener/https/https.ts'
import type { Store } from '../store/store.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'
import { saveWithSecrets } from './secret-writes.ts'

type Deps = Pick<MethodDeps, 'store' | 'vault' | 'log' | 'secretTurn'> & { clock: Clock; dataDir: string }

const owner = 'listener'
const authorityKey = 'ca-key'
const serverKey = 'server-key'

export function httpsMethods(methods: Methods, { listener }: MethodDeps) {
  return {
    https: methods.listener.https.handler(() => listener.https.status()),
    renewAuthority: methods.listener.renewAuthority.handler(() => listener.https.renewAuthority())
  }
}

/**
 * The listener's certificates: private keys in the vault, certificates among the options, and the authority's in a file of the
 * data folder as well. One that works is kept; what is missing or soon over is made, one after the other.
 */
export function createIdentities(deps: Deps): Identities {
  let last: Promise<unknown> = Promise.resolve()
  return {
    server(hosts, anew = false) {
      const next = last.then(() => serverIdentity(deps, hosts, anew))
      last = next.catch(() => undefined)
      return next
    },
    async authority(hosts) {
      const certificate = deps.store.options.get('listener-ca')
      if (certificate === undefined) return null
      const { authorityCard, namesFor, permittedOf } = await import('../listener/https/certificates.ts')
      const card = authorityCard(certificate)
      const names = namesFor(hosts)
      const vouched = permittedOf(names, card.names)
      const path = authorityFileIn(deps.dataDir)
      return { ...card, path, leftOut: names.filter(name => !vouched.includes(name)) }
    }
  }
}

/** The vault that the key of the listener's https is in; undefined: there is none yet. */
export function listenerKeyVault({ secrets }: Pick<Store, 'secrets'>): VaultDriver | undefined {
  return secrets.get(owner, serverKey)?.vault
}

async function serverIdentity(deps: Deps, hosts: readonly string[], anew: boolean): Promise<Identity> {
  // Read only where https is wanted: it is much code for a thing that most never need.
  const make = await import('../listener/https/certificates.ts')
  const { store, clock } = deps
  const nowMs = clock.now()
  const wanted = make.namesFor(hosts)
  const known = anew ? undefined : store.options.get('listener-ca')
  const isKept = known !== undefined && make.isAuthorityUsable(known, nowMs)
  if (isKept) {
    const names = make.permittedOf(wanted, make.authorityCard(known).names)
    const certificate = store.options.get('listener-certificate')
    const isGood = certificate !== undefined && make.isServerUsable(certificate, { authority: known, names, nowMs })
    const key = isGood ? await keyOf(deps, serverKey) : undefined
    const identity = key === undefined || certificate === undefined ? undefined : { certificate, key }
    const made =
      identity ?? (await madeBy(deps, known, authority => make.createServerIdentity(authority, names, nowMs)))
    if (made) {
      await putAuthorityFile(deps.dataDir, known)
      return made
    }
  }
  const authority = await make.createAuthority(wanted, nowMs)
  const server = await make.createServerIdentity(authority, wanted, nowMs)
  await saveWithSecrets(deps, { owner, values: { [authorityKey]: authority.key, [serverKey]: server.key } }, () => {
    store.options.set('listener-ca', authority.certificate)
    store.options.set('listener-certificate', server.certificate)
  })
  await putAuthorityFile(deps.dataDir, authority.certificate)
  return server
}

/** A new server certificate of the authority that there is; undefined where the vault has lost the authority's key. */
async function madeBy(
  deps: Deps,
  certificate: string,
  make: (authority: Identity) => Promise<Identity>
): Promise<Identity | undefined> {
  const key = await keyOf(deps, authorityKey)
  if (key === undefined) return undefined
  const server = await make({ certificate, key })
  await saveWithSecrets(deps, { owner, values: { [serverKey]: server.key } }, () =>
    deps.store.options.set('listener-certificate', server.certificate)
  )
  return server
}

/** undefined: the vault does not have it, as one for a session after its end. faults: vault-*. */
async function keyOf({ store, vault }: Deps, name: string): Promise<string | undefined> {
  const place = store.secrets.get(owner, name)
  if (!place) return undefined
  try {
    return await (await vault.open(place.vault)).read(owner, name, place.version)
  } catch (error) {
    if (error instanceof Fault && error.code === 'secret-missing') return undefined
    throw error
  }
}
