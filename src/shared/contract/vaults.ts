import * as z from 'zod'
import { vaultDriver } from '../model/account.ts'
import { autoLock, vaultMove, vaultStatus } from '../model/app.ts'
import { newPassphrase } from '../model/passphrase.ts'
import { method } from './errors.ts'

const done = z.object({ done: z.literal(true) })
/** One that a file may have been made with before there was a shortest length. */
const passphrase = z.string().min(1).max(1000)

/** Where secrets are kept. Nothing here gives one back. */
export const vaults = {
  list: method.output(z.array(vaultStatus)),
  /** From now on secrets go there; those that are elsewhere stay where they are. */
  choose: method.input(z.object({ driver: vaultDriver, passphrase: passphrase.optional() })).output(done),
  /** Opens the vault file; the choice stays as it is. */
  unlock: method.input(z.object({ passphrase })).output(done),
  /** Locks the vault file, here and in every other Plugboard on the data folder. faults: unsupported for other vaults. */
  lock: method.output(done),
  /** Somebody is using the page: the time after which the vault locks itself begins anew. */
  used: method.output(done),
  setAutoLock: method.input(autoLock.partial()).output(autoLock),
  /** Of the vault file. Other processes are locked. */
  changePassphrase: method.input(z.object({ passphrase, newPassphrase })).output(done),
  /** Takes the secrets along (`from`: of this vault alone) and chooses the vault. All of them, or none and a fault. */
  move: method
    .input(z.object({ from: vaultDriver.optional(), to: vaultDriver, passphrase: passphrase.optional() }))
    .output(vaultMove)
}
