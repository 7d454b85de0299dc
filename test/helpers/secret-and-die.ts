/**
 * Changes the secret of an account and kills itself. in: data folder, when: `written` (the vault has the new version,
 * nothing points at it) or `pointed` (the new one is pointed at, the old one still in the vault).
 */
import { saveWithSecrets } from '../../src/main/methods/secret-writes.ts'
import { openSecrets } from './secret-folder.ts'

const [dataDir = '', when = ''] = process.argv.slice(2)
const die = async () => process.kill(process.pid, 'SIGKILL')
const deps = await openSecrets(dataDir)
const vault = await deps.vault.open()
const fingerprint = async (value: string) => (when === 'written' ? String(await die()) : vault.fingerprint(value))
const forget = async () => void (await die())
const dying = await openSecrets(dataDir, { fingerprint, forget })
await saveWithSecrets(dying, { owner: 'acc-1', values: { token: 'new' } }, () => undefined)
