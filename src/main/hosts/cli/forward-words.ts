import type { Command } from 'commander'
import * as forwards from './commands/forwards.ts'
import type { Action } from './main.ts'
import { collect } from './options.ts'

/** `targets` and what it takes. */
export function addTargets(program: Command, run: (action: Action) => void): void {
  const noun = program.command('targets').description('where callbacks are sent on to')
  noun
    .command('list [endpoint]')
    .description('all targets, or those of an endpoint')
    .action((endpoint: string | undefined) => run(forwards.targets(endpoint)))
  noun
    .command('add <endpoint> <url>')
    .description('send on what the endpoint catches, unless its signature is wrong, missing or could not be checked')
    .option('--label <label>', 'its name here (default: the host)')
    .action((endpoint: string, url: string, options: { label?: string }) =>
      run(forwards.addTarget(endpoint, url, options))
    )
  noun
    .command('update <target>')
    .description('change URL or label, switch it on or off')
    .option('--url <url>', 'where to')
    .option('--label <label>', 'its name here')
    .option('--on', 'send again')
    .option('--off', 'send nothing for now')
    .action((target: string, options: forwards.TargetOptions) => run(forwards.updateTarget(target, options)))
  noun
    .command('remove <target>')
    .description('remove it; what was sent to it stays in the lists')
    .action((target: string) => run(forwards.removeTarget(target)))
}

/** What `callbacks` has about sending. */
export function addSending(callbacks: Command, run: (action: Action) => void): void {
  callbacks
    .command('replay <id>')
    .description('send it again, to the listener itself unless --to says where')
    .option('--to <url>', 'send it there; what it has behind the key and its query are appended')
    .option('--set <field=value>', 'set a field in its form or JSON', collect, [])
    .option('--method <method>', 'with this method')
    .option(
      '--header <header>',
      'with this header, "Name: value", instead of those of its name; "Name:" takes them away',
      collect,
      []
    )
    .option('--body <text>', 'with this body')
    .option('--body-file <file>', 'with the bytes of this file as its body')
    .option('--resign', 'sign it anew, with the time of now')
    .action((id: string, options: forwards.ReplayOptions) => run(forwards.replay(id, options)))
  callbacks
    .command('attempts <id>')
    .description('where it was sent on to or again, and what came back')
    .action((id: string) => run(forwards.attempts(id)))
  callbacks
    .command('retry <attempt>')
    .description('send on once more what failed or was held back')
    .action((id: string) => run(forwards.retry(id)))
}
