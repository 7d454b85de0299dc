import type { Command } from 'commander'
import { create, restore, type PassphraseOptions } from './commands/backup.ts'
import { exportTo, importFrom } from './commands/config.ts'
import type { Action } from './main.ts'

/** `backup`, `export` and `import`. */
export function addBackup(program: Command, run: (action: Action) => void): void {
  const noun = program
    .command('backup')
    .description('one encrypted file with everything, for later or another computer')
  withPassphrase(noun.command('create <file>'))
    .description('make one; nothing may be under that name')
    .option('--with-secrets', 'put the secrets of all vaults inside as well')
    .action((file: string, options: PassphraseOptions & { withSecrets?: boolean }) => run(create(file, options)))
  withPassphrase(noun.command('restore <file>'))
    .description('replace everything in the data folder by what is in it')
    .option('--yes', 'also where there is something to replace')
    .action((file: string, options: PassphraseOptions & { yes?: boolean }) => run(restore(file, options)))
  program
    .command('export <dir>')
    .description('accounts and profiles as files, without secrets')
    .action((dir: string) => run(exportTo(dir)))
  program
    .command('import <dir>')
    .description('make local edits of such files; nothing is sent, and what has no file stays')
    .option('--dry-run', 'only say what would change')
    .action((dir: string, options: { dryRun?: boolean }) => run(importFrom(dir, options)))
}

/** As secrets are given: never as an argument. */
function withPassphrase(command: Command): Command {
  return command
    .option('--passphrase-env <variable>', 'the passphrase of the backup is in this environment variable')
    .option('--secrets-stdin', 'read it from standard input: {"passphrase": "…"}')
}
