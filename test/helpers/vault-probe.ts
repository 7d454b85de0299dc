/**
 * A program for tests: carries out steps on a vault in the environment that it is started in, and prints what came of each
 * as one JSON array. The secret comes in by the variable SECRET. Arguments: the data folder, the steps.
 */
import { Fault } from '#shared/faults.ts'
import { vaultDriver } from '#shared/model/account.ts'
import { createKeychainDriver } from '../../src/main/vault/drivers/keychain.ts'
import { readVaultId } from '../../src/main/vault/vault-id.ts'
import { openVault, overDriver, probeVault } from '../../src/main/vault/vault.ts'
import { unfaithfulValues } from './vault-suite-values.ts'

const [dataDir = '', ...steps] = process.argv.slice(2)
const secret = process.env['SECRET'] ?? ''
const service = `Plugboard ${await readVaultId(dataDir)}`
const driver = createKeychainDriver({ service, times: { callMs: 2000, probeMs: 500 } })
const timed = overDriver(driver)
const vault = await openVault({ driver: 'keychain', dataDir })

const known: Record<string, () => Promise<unknown>> = {
  probe: () => vault.probe(),
  'probe-all': () =>
    Promise.all(
      vaultDriver.options.map(async one => ({ driver: one, fault: await probeVault({ driver: one, dataDir }) }))
    ),
  'quick-probe': () => driver.probe(),
  'quick-read': () => timed.read('acc-1', 'token', 1),
  write: () => vault.write('acc-1', 'token', 1, secret),
  read: () => vault.read('acc-1', 'token', 1),
  forget: () => vault.forget('acc-1', 'token', 1),
  sweep: () => vault.sweep(() => false),
  'sweep-nothing': () => vault.sweep(() => true),
  fingerprint: () => vault.fingerprint(secret),
  names: () => driver.names(),
  suite: () => unfaithfulValues(driver),
  'drop-part': () => driver.set('acc-1/token:v1', secret.repeat(500)).then(() => dropPart())
}

async function dropPart(): Promise<void> {
  const { createRequire } = await import('node:module')
  const keytar: typeof import('keytar') = createRequire(import.meta.url)('keytar')
  const part = (await keytar.findCredentials(service)).find(entry => entry.account.includes('#'))
  await keytar.deletePassword(service, part?.account ?? '')
}

const results: unknown[] = []
for (const step of steps) {
  try {
    results.push((await known[step]?.()) ?? null)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    results.push(error.report())
  }
}
console.log(JSON.stringify(results))
// No exit is forced: a vault that was asked and not closed must not keep its process alive.
