import type { AppEvent } from '#shared/model/app.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import type { Bus } from '../base/bus.ts'
import { probeVaults } from '../vault/vault.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

const vaultWords: Record<VaultDriver, { label: string; about: string }> = {
  keychain: {
    label: 'System keychain',
    about:
      'macOS Keychain, Windows Credential Manager or the Linux Secret Service. Unlocked together with your session.'
  },
  file: {
    label: 'Passphrase file',
    about: 'An encrypted file in the data folder. You enter the passphrase when Plugboard needs a secret.'
  },
  session: {
    label: 'This session only',
    about: 'Secrets stay in memory and are forgotten when Plugboard closes. Good for trying things out.'
  }
}

/** What the page needs to know of the app itself, the vaults and the providers. */
export function appMethods(methods: Methods, deps: MethodDeps) {
  return {
    app: {
      info: methods.app.info.handler(async () => ({
        ...deps.app,
        vault: deps.vault.driver(),
        vaultFault: await chosenVaultFault(deps)
      })),
      watch: methods.app.watch.handler(async function* ({ signal }) {
        yield* eventsOf(deps.bus, signal)
      })
    },
    vaults: {
      list: methods.vaults.list.handler(async () => {
        const found = await probeVaults({ dataDir: deps.app.dataDir, passphrase: deps.vault.passphrase() })
        return found.map(({ driver, fault }) => ({
          driver,
          fault,
          chosen: driver === deps.vault.driver(),
          ...vaultWords[driver]
        }))
      }),
      choose: methods.vaults.choose.handler(async ({ input }) => {
        await deps.vault.choose(input.driver, input.passphrase)
        deps.bus.tell('vault')
        return { done: true }
      })
    },
    providers: {
      list: methods.providers.list.handler(() => deps.registry.list().map(provider => provider.card))
    }
  }
}

async function chosenVaultFault(deps: MethodDeps) {
  const driver = deps.vault.driver()
  if (driver === null) return null
  const found = await probeVaults({ dataDir: deps.app.dataDir, passphrase: deps.vault.passphrase() })
  return found.find(vault => vault.driver === driver)?.fault ?? null
}

/**
 * What the bus tells, until the signal. Repeats of a topic that nobody has read yet are told once: a reader that is slow
 * reads again once, not a thousand times.
 */
async function* eventsOf(bus: Bus, signal: AbortSignal | undefined): AsyncGenerator<AppEvent> {
  const waiting = new Map<AppEvent['topic'], AppEvent>()
  let wake = () => {}
  const stop = bus.listen(event => {
    waiting.set(event.topic, event)
    wake()
  })
  const onAbort = () => wake()
  signal?.addEventListener('abort', onAbort)
  try {
    for (;;) {
      if (signal?.aborted) return
      const [event] = waiting.values()
      if (event) {
        waiting.delete(event.topic)
        yield event
      } else {
        await new Promise<void>(resolve => (wake = resolve))
      }
    }
  } finally {
    stop()
    signal?.removeEventListener('abort', onAbort)
  }
}
