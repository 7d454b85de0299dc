import type { Command } from 'commander'
import * as vault from './commands/vault.ts'
import type { Action } from './main.ts'
import { withSecrets } from './options.ts'
import type { SecretOptions } from './secrets.ts'

/** `vault` and what it takes. */
export function addVault(program: Command, run: (action: Action) => void): void {
  const noun = program.command('vault').description('where secrets are kept')
  noun
    .command('status')
    .description('the three vaults, which is in use, and whether they work')
    .action(() => run(vault.status))
  noun
    .command('lock')
    .description('lock the passphrase file, in every Plugboard on the data folder')
    .action(() => run(vault.lock))
  withSecrets(noun.command('passphrase'))
    .description('change the passphrase of the file (fields: passphrase, newPassphrase)')
    .action((options: SecretOptions) => run(vault.passphrase(options)))
  noun
    .command('move <vault>')
    .description('take all secrets along to keychain or file, and use it from now on')
    .option('--from <vault>', 'only what is in this one')
    .option('--yes', 'move without being asked')
    .action((to: string, options: vault.MoveOptions) => run(vault.move(to, options)))
  noun
    .command('auto-lock <minutes>')
    .description('lock the passphrase file after so many minutes without use (1 to 1440), or off')
    .action((minutes: string) => run(vault.autoLock(minutes)))
}
