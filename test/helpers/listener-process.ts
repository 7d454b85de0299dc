import { hostname } from 'node:os'
import { createBus } from '../../src/main/base/bus.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createListener } from '../../src/main/listener/listener.ts'
import { openStore } from '../../src/main/store/open.ts'
import { inventedRegistry } from './invented-provider.ts'
import { accountRow } from './store-rows.ts'

/** A listener in a process of its own, to be killed: `listener-process.ts DATA_DIR`. Prints its port and path. */
const store = await openStore({ dataDir: process.argv[2] ?? '', clock: systemClock })
if (!store.accounts.get('acc-1')) store.accounts.add(accountRow({ provider: 'invented' }))
const listener = createListener({
  store,
  registry: inventedRegistry,
  clock: systemClock,
  bus: createBus(() => Date.now()),
  secretsFor: async () => ({ word: 'plugh' }),
  keyFor: async () => undefined,
  holder: { id: `process-${process.pid}`, pid: process.pid, machine: hostname(), about: 'A process' }
})
const endpoint = listener.addEndpoint({ accountId: 'acc-1', label: 'Flood' })
const { port } = await listener.start({ port: 0 })
process.stdout.write(`${JSON.stringify({ port, path: `/in/${endpoint.key}` })}\n`)
process.once('disconnect', () => process.exit())
