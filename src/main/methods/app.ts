import type { AppEvent } from '#shared/model/app.ts'
import type { Bus } from '../base/bus.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'
import { readAutoLock } from './vaults.ts'

/** What the page needs to know of the app itself and the providers. */
export function appMethods(methods: Methods, deps: MethodDeps) {
  return {
    app: {
      info: methods.app.info.handler(async () => ({
        ...deps.app,
        vault: deps.vault.driver(),
        vaultFault: await chosenVaultFault(deps),
        autoLock: readAutoLock(deps.store)
      })),
      watch: methods.app.watch.handler(async function* ({ signal }) {
        yield* eventsOf(deps.bus, signal)
      })
    },
    providers: {
      list: methods.providers.list.handler(() => deps.registry.list().map(provider => provider.card))
    }
  }
}

async function chosenVaultFault({ vault }: MethodDeps) {
  const driver = vault.driver()
  return driver === null ? null : await vault.probe(driver)
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
