/**
 * Applies the plan of a data folder and kills itself, without any farewell, at the given step of it.
 * in: data folder, number of the step (0: never). out: one line with the steps that were passed.
 */
import { systemClock } from '../../src/main/base/clock.ts'
import { applyPlan, openCoreOn } from './core-child.ts'

const [dataDir = '', dieAt = '0'] = process.argv.slice(2)
const steps: string[] = []
const core = await openCoreOn(dataDir, 'the one that is killed', systemClock, name => {
  steps.push(name)
  if (steps.length === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
})
await applyPlan(core)
await core.close()
process.stdout.write(`${JSON.stringify(steps)}\n`)
