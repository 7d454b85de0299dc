import { runListenerThread } from './thread.ts'

/** The program of the listener's threads. */
await runListenerThread(async () => {
  const { createRegistry } = await import('../../providers/registry.ts')
  return createRegistry()
})
