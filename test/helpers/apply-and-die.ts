/**
 * Applies the plan of a data folder and kills itself, without any farewell, at the given step.
 * in: data folder, URL of the hook server, number of the step (0: never). out: one line with the steps that were passed.
 */
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import { hookClient } from './hook-client.ts'
import { holder, syncDeps } from './sync-folder.ts'

const [dataDir = '', url = '', dieAt = '0'] = process.argv.slice(2)
const steps: string[] = []
const store = await openStore({ dataDir, clock: systemClock })
const sync = createSync({
  ...syncDeps(store, systemClock, { 'acc-one': hookClient(url) }),
  holder: holder(`child-${process.pid}`),
  onStep(name) {
    steps.push(name)
    if (steps.length === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
  }
})
const plan = await sync.plan()
await (
  await sync.apply({ hash: plan.hash, confirm: plan.guards.flatMap(guard => guard.confirm ?? []) })
).finished
await sync.close()
store.close()
process.stdout.write(`${JSON.stringify(steps)}\n`)
