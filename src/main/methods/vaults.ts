import { Fault } from '#shared/faults.ts'
import { vaultDriver, type VaultDriver } from '#shared/model/account.ts'
import { autoLock, type AutoLock } from '#shared/model/app.ts'
import type { Store } from '../store/store.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'
import { moveSecrets } from './vault-moves.ts'
import { vaultWords } from './vault-words.ts'

/** Where secrets are: the choice, the lock of the vault file, and the move from one vault to another. */
export function vaultMethods(methods: Methods, deps: MethodDeps) {
  const { vaults } = methods
  return {
    vaults: {
      list: vaults.list.handler(() => statuses(deps)),
      choose: vaults.choose.handler(async ({ input }) => {
        await prove(deps, input)
        deps.vault.use(input.driver)
        return changed(deps)
      }),
      unlock: vaults.unlock.handler(async ({ input }) => {
        await prove(deps, { driver: 'file', ...input })
        return changed(deps)
      }),
      lock: vaults.lock.handler(async () => {
        await lockNow(deps)
        return { done: true as const }
      }),
      used: vaults.used.handler(() => {
        deps.autoLocking.used()
        return { done: true as const }
      }),
      setAutoLock: vaults.setAutoLock.handler(({ input }) => {
        const next = { ...readAutoLock(deps.store), ...input }
        deps.store.options.set('vault-auto-lock', JSON.stringify(next))
        changed(deps)
        return next
      }),
      changePassphrase: vaults.changePassphrase.handler(async ({ input }) => {
        await deps.vault.changePassphrase(input.passphrase, input.newPassphrase)
        deps.lockOrders.give()
        return changed(deps)
      }),
      move: vaults.move.handler(async ({ input }) => {
        const moved = await moveSecrets(deps, input)
        changed(deps)
        deps.bus.tell('accounts')
        return moved
      })
    }
  }
}

const neverAlone: AutoLock = { minutes: null, withScreen: false }

export function readAutoLock({ options }: Pick<Store, 'options'>): AutoLock {
  const kept = options.get('vault-auto-lock')
  return kept === undefined ? neverAlone : (autoLock.safeParse(JSON.parse(kept)).data ?? neverAlone)
}

/** Forgets what was read from the vault file, and what was made with it: sessions and their tokens. */
export async function lockHere({ vault, connections, bus }: Pick<MethodDeps, 'vault' | 'connections' | 'bus'>) {
  await vault.lock()
  connections.forgetAll()
  bus.tell('vault')
}

async function lockNow(deps: MethodDeps): Promise<void> {
  const isInUse = deps.vault.driver() === 'file' || deps.store.secrets.all().some(({ vault }) => vault === 'file')
  if (!isInUse && !deps.vault.hasPassphrase()) {
    throw new Fault('unsupported', {
      message: 'Only the passphrase file can be locked',
      advice: 'The system keychain is locked by the system; what is kept for this session is forgotten at its end.'
    })
  }
  deps.lockOrders.give()
  await lockHere(deps)
}

/** An order to lock that was given before the passphrase is not meant any more. */
async function prove(
  { vault, lockOrders }: MethodDeps,
  input: { driver: VaultDriver; passphrase?: string | undefined }
) {
  await vault.prove(input.driver, input.passphrase)
  if (input.passphrase !== undefined) lockOrders.isHeard()
}

async function statuses(deps: MethodDeps) {
  const kept = deps.store.secrets.all()
  const chosen = deps.vault.driver()
  return Promise.all(
    vaultDriver.options.map(async driver => ({
      driver,
      fault: await deps.vault.probe(driver),
      chosen: driver === chosen,
      secrets: kept.filter(({ vault }) => vault === driver).length,
      ...vaultWords[driver]
    }))
  )
}

function changed({ bus, autoLocking }: MethodDeps): { done: true } {
  autoLocking.used()
  bus.tell('vault')
  return { done: true }
}
