/** Moves all secrets of a data folder to a vault and kills itself at a step. in: data folder, the step's number, the vault. */
import { vaultDriver } from '../../src/shared/model/account.ts'
import { moveSecrets } from '../../src/main/methods/vault-moves.ts'
import { openTwoVaults } from './two-vaults.ts'

const [dataDir = '', last = '', to] = process.argv.slice(2)
let steps = 0
const deps = await openTwoVaults(dataDir, step => {
  steps += 1
  if (steps < Number(last)) return
  process.stdout.write(step)
  process.kill(process.pid, 'SIGKILL')
})
await moveSecrets(deps, { to: vaultDriver.parse(to) })
deps.close()
