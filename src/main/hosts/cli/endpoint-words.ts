import type { Command } from 'commander'
import { signatureScheme } from '#shared/model/callback.ts'
import * as endpoints from './commands/endpoints.ts'
import type { Action } from './main.ts'
import { withSecrets } from './options.ts'

/** `endpoints` and what it takes. */
export function addEndpoints(program: Command, run: (action: Action) => void): void {
  const noun = program
    .command('endpoints')
    .description('the paths of the listener, and how their callbacks are checked')
  const withChecks = (command: Command) =>
    withSecrets(command)
      .option('--scheme <scheme>', `how callbacks are signed: ${signatureScheme.options.join(', ')}`)
      .option('--public-url <url>', 'the address of a tunnel that leads here, whole or its origin; none: there is none')
  noun
    .command('list')
    .description('all endpoints')
    .action(() => run(endpoints.list))
  withChecks(noun.command('add [account]'))
    .description('add an endpoint; its key (“key”) comes from --secrets-stdin or --secret-env')
    .requiredOption('--label <label>', 'its name here')
    .action((account: string | undefined, options: endpoints.AddOptions) => run(endpoints.add(account, options)))
  withChecks(noun.command('update <endpoint>'))
    .description('change label, scheme, key or public URL')
    .option('--label <label>', 'its name here')
    .action((id: string, options: endpoints.UpdateOptions) => run(endpoints.update(id, options)))
  noun
    .command('remove <endpoint>')
    .description('remove it; what it caught stays')
    .action((id: string) => run(endpoints.remove(id)))
}
