import { hostname } from 'node:os'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'
import { accountRow, callbackRow } from './store-rows.ts'

/**
 * A second process on a data folder: `store-child.ts TASK DIR`. It says `ready`, waits for a line, opens the store, does its task and
 * prints a line for each thing that has returned; a fault is printed as `fault CODE`.
 */
const tasks: Record<string, (store: Store) => void> = {
  open(store) {
    store.accounts.add(accountRow({ id: `acc-${process.pid}` }))
    console.log(`opened ${process.pid}`)
    store.close()
  },
  add(store) {
    for (let index = 0; ; index++) {
      const body = Buffer.from(`callback ${index}`)
      const ids = store.callbacks.addAll([callbackRow({ body }), callbackRow({ body })])
      store.accounts.add(accountRow({ id: `acc-${index}` }))
      console.log(`added ${ids.join(' ')} acc-${index}`)
    }
  },
  hold(store) {
    const holder = { id: 'child', pid: process.pid, machine: hostname(), about: 'a child' }
    console.log(`held ${store.leases.take('listener', holder, 600_000, Date.now())}`)
    setInterval(() => undefined, 60_000)
  },
  fill(store) {
    try {
      for (;;) console.log(`added ${store.callbacks.addAll([callbackRow({ body: Buffer.alloc(8_192) })])[0]}`)
    } finally {
      console.log(`kept ${store.callbacks.count()}`)
    }
  }
}

const [, , task = '', dataDir = ''] = process.argv
process.stdin.once('data', () => {
  process.stdin.destroy()
  void work()
})
console.log('ready')

async function work(): Promise<void> {
  try {
    tasks[task]?.(await openStore({ dataDir, clock: systemClock }))
  } catch (error) {
    console.log(error instanceof Fault ? `fault ${error.code}` : `bug ${String(error)}`)
  }
}
