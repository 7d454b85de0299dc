/**
 * Makes or restores a backup and kills itself. in: data folder, `create` or `restore`, the file, the step at which, and which
 * time it comes there. Without a step it goes to its end and prints `done`, or the fault's code.
 */
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { backupWord as passphrase, scryptCost } from './backup-word.ts'
import { openCoreOn } from './core-child.ts'

const [dataDir = '', what = '', file = '', at = '', time = '1'] = process.argv.slice(2)
let times = 0
const onStep = (step: string) => {
  if (step === at && ++times === Number(time)) process.kill(process.pid, 'SIGKILL')
}
const core = await openCoreOn(dataDir, 'test', systemClock, undefined, { backup: { scryptCost, onStep } })
try {
  if (what === 'create') await core.backups.create({ file, passphrase, withSecrets: true })
  else await core.backups.restore({ file, passphrase })
  console.log('done')
} catch (error) {
  if (!(error instanceof Fault)) throw error
  console.log(error.code)
}
await core.close()
