import type { Command } from 'commander'
import * as rules from './commands/rules.ts'
import type { Action } from './main.ts'
import { collect, wholeNumber } from './options.ts'
import type { RuleOptions } from './rule-options.ts'

/** `rules` and what it takes. */
export function addRules(program: Command, run: (action: Action) => void): void {
  const noun = program.command('rules').description('what senders get: the first rule whose conditions hold decides')
  noun
    .command('list')
    .description('all rules in their order, or those that decide for an endpoint')
    .option('--endpoint <endpoint>', 'of this endpoint, and after them those of every endpoint')
    .action((options: { endpoint?: string }) => run(rules.list(options)))
  withRule(noun.command('add'))
    .description('add a rule after the others')
    .action((options: RuleOptions) => run(rules.add(options)))
  withRule(noun.command('update <rule>'))
    .description('change what is given')
    .action((id: string, options: RuleOptions) => run(rules.update(id, options)))
  noun
    .command('move <rule>')
    .description('to the end, or before another rule')
    .option('--before <rule>', 'the rule that comes after it')
    .action((id: string, options: { before?: string }) => run(rules.move(id, options)))
  noun
    .command('remove <rule>')
    .description('remove it')
    .action((id: string) => run(rules.remove(id)))
}

function withRule(command: Command): Command {
  return command
    .option('--json-stdin', 'read the rule from standard input, as a JSON object; options go before it')
    .option('--label <label>', 'its name')
    .option('--endpoint <endpoint>', 'of this endpoint (default: of every endpoint)')
    .option('--any-endpoint', 'of every endpoint')
    .option('--when <condition>', 'for example "header:X-Kind equals test"; all must hold', collect, [])
    .option('--always', 'without conditions')
    .option('--every <n>', 'every n-th that matches only; all: each')
    .option('--percent <p>', 'this share of them at random only; all: each')
    .option('--status <status>', 'answer with this status', wholeNumber)
    .option('--header <header>', 'answer with this header, "Name: value"', collect, [])
    .option('--body <body>', 'answer with this body')
    .option('--template', 'the body is a Liquid template over the callback')
    .option('--no-template', 'the body goes out as it stands')
    .option('--fault <fault>', 'break off: reset, hang, cut or drip')
    .option('--default', "answer with the provider's default")
    .option('--delay <ms>', 'answer so much later', wholeNumber)
    .option('--forwards <when>', 'whether it is sent on: usual, always or never')
    .option('--enabled', 'it decides')
    .option('--no-enabled', 'it decides nothing')
}
