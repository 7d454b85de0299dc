import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createBus } from '../../src/main/base/bus.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createListener } from '../../src/main/listener/listener.ts'
import { openStore } from '../../src/main/store/open.ts'
import { inventedRegistry } from './invented-provider.ts'
import { accountRow } from './store-rows.ts'

/**
 * A listener with its thread in a process of its own, to be killed: `listener-process.ts DATA_DIR`. Prints its port and path; then
 * `fill` takes all space of the disk, `free` gives it back, `status` prints what the listener says.
 */
const dataDir = process.argv[2] ?? ''
const store = await openStore({ dataDir, clock: systemClock })
if (!store.accounts.get('acc-1')) store.accounts.add(accountRow({ provider: 'invented' }))
const listener = createListener({
  store,
  registry: inventedRegistry,
  clock: systemClock,
  thread: { dataDir, entry: join(import.meta.dirname, 'invented-thread.ts') },
  bus: createBus(() => Date.now()),
  secretsFor: async () => ({ word: 'plugh' }),
  keyFor: async () => undefined,
  holder: { id: `process-${process.pid}`, pid: process.pid, machine: hostname(), about: 'A process' }
})
const endpoint = listener.addEndpoint({ accountId: 'acc-1', label: 'Flood' })
const { port } = await listener.start({ port: 0 })
process.stdout.write(`${JSON.stringify({ port, path: `/in/${endpoint.key}` })}\n`)
process.once('disconnect', () => process.exit())

const ballast = join(dataDir, 'ballast')
const tasks: Record<string, () => unknown> = {
  fill: () => fill(ballast),
  free: () => rmSync(ballast),
  status: () => listener.status()
}
createInterface({ input: process.stdin }).on('line', line => {
  process.stdout.write(`${JSON.stringify(tasks[line]?.() ?? {})}\n`)
})

function fill(file: string): void {
  const open = openSync(file, 'w')
  try {
    for (;;) writeSync(open, Buffer.alloc(4_096))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(open)
  }
}
