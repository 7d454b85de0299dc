import type { Captured, Provider } from '../../src/main/providers/contract.ts'
import { runListenerThread } from '../../src/main/listener/engine/thread.ts'
import { inventedProvider, inventedRegistry } from './invented-provider.ts'

/**
 * The program of a listener's thread whose accounts are all the invented provider's. A body `end the thread` ends it, one `break the
 * thread` breaks it, when it is looked at.
 */
await runListenerThread(async () => ({ get: id => endedByBodies(inventedRegistry.get(id)) }))

function endedByBodies(provider: Provider): Provider {
  const { callbacks } = inventedProvider
  return { ...provider, callbacks: { ...callbacks, decode } }

  function decode(captured: Captured, profiles?: Parameters<typeof callbacks.decode>[1]) {
    const text = Buffer.from(captured.body).toString()
    if (text === 'end the thread') process.exit(3)
    if (text === 'break the thread')
      setImmediate(() => {
        throw new Error('a break in the thread')
      })
    return callbacks.decode(captured, profiles)
  }
}
