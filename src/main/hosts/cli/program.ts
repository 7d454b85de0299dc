import { Command } from 'commander'
import { vaultDriver } from '#shared/model/account.ts'
import { findLayout } from '../../base/layout.ts'
import * as accounts from './commands/accounts.ts'
import * as asking from './commands/asking.ts'
import * as callbacks from './commands/callbacks.ts'
import * as changes from './commands/changes.ts'
import * as history from './commands/history.ts'
import * as policy from './commands/policy.ts'
import * as profiles from './commands/profiles.ts'
import { schedule, type ScheduleOptions } from './commands/schedule.ts'
import * as services from './commands/services.ts'
import { addListener } from './commands/listener.ts'
import { addSimulate } from './commands/simulate.ts'
import { addBackup } from './backup-words.ts'
import { demo } from './demo.ts'
import { addEndpoints } from './endpoint-words.ts'
import { addSending, addTargets } from './forward-words.ts'
import { addRules } from './rule-words.ts'
import { addLab } from './lab-words.ts'
import { addVault } from './vault-words.ts'
import type { Action } from './main.ts'
import { collect, portNumber, wholeNumber, withSecrets } from './options.ts'
import type { GlobalOptions } from './session.ts'

/** All commands with their arguments. Parsing only chooses an action; running it is `runCli`'s. */
export function createProgram(choose: (action: Action, globals: GlobalOptions) => void, json: boolean): Command {
  const program = new Command('plugboard')
    .description(
      'Manage the configuration of SMS and messaging provider accounts: edit offline, plan, apply, catch callbacks.'
    )
    .version(findLayout(import.meta.dirname).version)
    .option('--data-dir <dir>', 'the data folder (PLUGBOARD_DATA_DIR)')
    .option('--vault <vault>', `where secrets live: ${vaultDriver.options.join(', ')} (PLUGBOARD_VAULT)`)
    .option('--json', 'one JSON envelope on stdout, everything else on stderr')
    .exitOverride()
    .configureOutput({ writeErr: text => void (json || text.startsWith('error:') ? '' : process.stderr.write(text)) })
  const run = (action: Action) => choose(action, program.opts<GlobalOptions>())

  program
    .command('providers')
    .description('the providers: credential fields, kinds, settings, capabilities')
    .action(() => run(services.providers))
  addAccounts(program, run)
  addProfiles(program, run)
  addChanges(program, run)
  addCallbacks(program, run)
  addSimulate(program, run)
  addListener(program, run)
  addEndpoints(program, run)
  addRules(program, run)
  addTargets(program, run)
  addServices(program, run)
  addVault(program, run)
  addBackup(program, run)
  for (const command of [program, ...program.commands, ...program.commands.flatMap(noun => noun.commands)]) {
    command.exitOverride().copyInheritedSettings(program)
  }
  return program
}

type Run = (action: Action) => void

function addAccounts(program: Command, run: Run): void {
  const noun = program.command('accounts').description('accounts at providers')
  withSecrets(noun.command('add <provider>'))
    .description('add an account; secrets come from a prompt, --secrets-stdin or --secret-env')
    .requiredOption('--label <label>', 'its name here')
    .option('--base-url <url>', "the API's base URL (default: the provider's first endpoint)")
    .option('--set <field=value>', 'a credential field that is not secret', collect, [])
    .action((provider: string, options: accounts.AddOptions) => run(accounts.add(provider, options)))
  noun
    .command('list')
    .description('all accounts')
    .action(() => run(accounts.list))
  noun
    .command('show <account>')
    .description('one account')
    .action((id: string) => run(accounts.show(id)))
  noun
    .command('test <account>')
    .description('prove the credentials without cost')
    .action((id: string) => run(accounts.test(id)))
  noun
    .command('view <account> [view]')
    .description('look at what the provider shows beside its profiles (without a view: which there are)')
    .option('--profile <id>', 'where the view is one of a profile')
    .action((id: string, view: string | undefined, options: { profile?: string }) =>
      run(asking.view(id, view, options.profile))
    )
  withSecrets(noun.command('update <account>'))
    .description('change label, base URL, fields or secrets')
    .option('--label <label>', 'its name here')
    .option('--base-url <url>', "the API's base URL")
    .option('--set <field=value>', 'a credential field that is not secret', collect, [])
    .action((id: string, options: accounts.UpdateOptions) => run(accounts.update(id, options)))
  noun
    .command('remove <account>')
    .description('remove it here; nothing changes at the provider')
    .option('--yes', 'also where edits would be lost that were not applied')
    .action((id: string, options: { yes?: boolean }) => run(accounts.remove(id, options)))
}

function addProfiles(program: Command, run: Run): void {
  const noun = program.command('profiles').description('profiles: edit offline')
  noun
    .command('pull [account]')
    .description('read what the provider has')
    .action((account?: string) => run(profiles.pull(account)))
  noun
    .command('adopt <account> <name>')
    .description('take over what has this name at a provider that cannot list, such as a keyword')
    .action((account: string, name: string) => run(profiles.adopt(account, name)))
  noun
    .command('list [account]')
    .description('profiles with their states')
    .action((account?: string) => run(profiles.list(account)))
  noun
    .command('show <id>')
    .description('base, local, remote and state')
    .action((id: string) => run(profiles.show(id)))
  withSecrets(noun.command('set <id> [field=value...]'))
    .description('edit settings, offline')
    .action((id: string, words: string[], options) => run(profiles.set(id, words, options)))
  noun
    .command('unset <id> <field...>')
    .description('clear settings, offline')
    .action((id: string, names: string[]) => run(profiles.unset(id, names)))
  withSecrets(noun.command('create <account> <kind> [field=value...]'))
    .description('a new profile, offline')
    .action((account: string, kind: string, words: string[], options) =>
      run(profiles.create({ account, kind, words, options }))
    )
  noun
    .command('act <id> [action] [field=value...]')
    .description('something that is no configuration, such as a test message (without an action: which there are)')
    .option('--yes', 'confirm what it asks to confirm')
    .action((profile: string, action: string | undefined, words: string[], options: { yes?: boolean }) =>
      run(asking.act({ profile, action, words, yes: options.yes }))
    )
  noun
    .command('delete <id>')
    .description('mark for deletion, offline')
    .action((id: string) => run(profiles.remove(id)))
  noun
    .command('policy <id> [field=policy...]')
    .description('what a change at the provider means: managed (ask), follow (take it over) or ignore')
    .action((id: string, words: string[]) => run(policy.choose(id, words)))
  noun
    .command('revert <id>')
    .description('drop the local edits')
    .action((id: string) => run(profiles.revert(id)))
  noun
    .command('release <id>')
    .description('stop managing what was adopted by name; nothing changes at the provider')
    .option('--yes', 'also where edits would be lost that were not applied')
    .action((id: string, options: { yes?: boolean }) => run(profiles.release(id, options)))
}

function addChanges(program: Command, run: Run): void {
  program
    .command('plan [account]')
    .description('what would change, field by field, with its hash')
    .option('--fresh', 'pull first')
    .option('--detailed-exitcode', 'exit 0: nothing to do, 10: changes, 3: conflicts')
    .action((account: string | undefined, options: changes.PlanOptions) => run(changes.plan(account, options)))
  program
    .command('apply [account]')
    .description('carry out exactly that plan')
    .option('--plan <hash>', 'the hash of the plan that was reviewed')
    .option('--only <id>', 'only this profile (repeatable)', collect, [])
    .option('--yes', 'confirm what the plan asks to confirm')
    .action((account: string | undefined, options: changes.ApplyOptions) => run(changes.apply(account, options)))
  const conflicts = program.command('conflicts').description('settings that both sides changed')
  conflicts
    .command('list')
    .description('all conflicts')
    .action(() => run(changes.conflicts))
  conflicts
    .command('resolve <id> [field]')
    .description('choose which value to keep (without a field: the whole profile)')
    .requiredOption('--use <choice>', 'local, remote or value=…')
    .action((id: string, field: string | undefined, options: { use: string }) =>
      run(changes.resolve(id, field, options.use))
    )
  program
    .command('history [id]')
    .description('every edit and every applied change, newest first')
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .option('--diff <from..to>', 'what differs between two of its entries (left out: before everything, now)')
    .action((id: string | undefined, options: { limit: number; diff?: string }) =>
      run(options.diff === undefined ? changes.history(id, options.limit) : history.diff(id, options.diff))
    )
  program
    .command('rollback <id> <entry>')
    .description('a new local edit that brings back what it was after the entry')
    .action((id: string, entry: string) => run(changes.rollback(id, entry)))
}

function addCallbacks(program: Command, run: Run): void {
  program
    .command('listen')
    .description('run the listener, print callbacks as they come')
    .option('--port <n>', 'the port (0: any free one; default: the last one, at first 4700)', portNumber)
    .option(
      '--respond <status[:body]>',
      'answer with it; repeated: one after the other, the last one stays',
      collect,
      []
    )
    .option(
      '--forward <url>',
      'send on there what all endpoints catch, as long as it listens (repeatable)',
      collect,
      []
    )
    .action((options: callbacks.ListenOptions) => run(callbacks.listen(options)))
  const noun = program.command('callbacks').description('callbacks that were caught')
  noun
    .command('show <id>')
    .description('one callback with headers and body')
    .option('--raw', 'the body alone, byte for byte')
    .action((id: string, options: { raw?: boolean }) => run(callbacks.show(id, options.raw ?? false)))
  addLab(noun, run)
  addSending(noun, run)
}

function addServices(program: Command, run: Run): void {
  program
    .command('schedule [account]')
    .description('what accounts do on their own, while the window or "serve" is open')
    .option('--refresh <minutes>', 'look for changes there every so many minutes (5 to 10080), or off')
    .option('--applies-alone <on|off>', 'send saved edits that could not be sent, once the provider answers again')
    .action((account: string | undefined, options: ScheduleOptions) => run(schedule(account, options)))
  const sandbox = program
    .command('sandbox')
    .description('run the simulators; prints their URLs and test credentials')
    .option('--provider <provider>', 'this one alone')
    .option('--port <n>', 'its port (default: any free one)', portNumber)
    .action((options: services.SandboxOptions) => run(services.sandbox(options)))
  sandbox
    .command('text <provider> <text>')
    .description('a simulated phone texts a keyword, STOP, or whatever it is; the simulator calls back')
    .option('--from <number>', 'the phone')
    .option('--to <number>', 'the number that is texted, where there are several')
    .action((provider: string, text: string, options: { from?: string; to?: string }) =>
      run(services.sandboxText({ provider, text, ...options }))
    )
  sandbox
    .command('call <provider>')
    .description('the simulator places a call and posts its events')
    .option('--to <number>', 'who is called')
    .action((provider: string, options: { to?: string }) => run(services.sandboxCall({ provider, ...options })))
  program
    .command('serve')
    .description('the app in a browser tab')
    .option('--port <n>', 'the port (default: any free one)', portNumber)
    .option('--no-open', 'do not open the browser')
    .option('--sandbox', 'start with the built-in sandbox')
    .action((options: services.ServeOptions) => run(services.serve(options)))
  program
    .command('demo [provider...]')
    .description('the main job, step by step, against the sandboxes (of all providers, or of these)')
    .action((providers: string[]) => run(demo(providers)))
}
