import type { Command } from 'commander'
import { exportFile, importFile, type ExportOptions } from './commands/callback-files.ts'
import {
  clear,
  diff,
  list,
  note,
  wait,
  type ListOptions,
  type NoteOptions,
  type WaitOptions
} from './commands/callbacks-lab.ts'
import type { Action } from './main.ts'
import { collect, portNumber, wholeNumber } from './options.ts'

type Run = (action: Action) => void

/** `callbacks list`, `diff`, `note`, `clear`, `export`, `import` and `wait`. */
export function addLab(noun: Command, run: Run): void {
  addList(noun, run)
  noun
    .command('diff <from> <to>')
    .description('what is different between two callbacks')
    .action((from: string, to: string) => run(diff(from, to)))
  noun
    .command('note <id>')
    .description('pin it (then nothing clears it away), tag it, write to it')
    .option('--pin', 'keep it')
    .option('--unpin', 'do not keep it')
    .option('--tag <tag>', 'add a tag (repeatable)', collect, [])
    .option('--untag <tag>', 'take a tag away (repeatable)', collect, [])
    .option('--note <text>', 'replace the text')
    .action((id: string, options: NoteOptions) => run(note(id, options)))
  noun
    .command('clear')
    .description('remove all but the pinned ones')
    .option('--yes', 'without being asked')
    .action((options: { yes?: boolean }) => run(clear(options)))
  noun
    .command('export <id...>')
    .description('as curl commands, HAR 1.2, an .http file or JSON; without secrets')
    .requiredOption('--format <format>', 'curl, har, http or json')
    .option('--whole', 'with what redaction would take out')
    .option('-o, --output <file>', 'into this file')
    .action((ids: string[], options: ExportOptions) => run(exportFile(ids, options)))
  noun
    .command('import <file>')
    .description('the requests of a HAR file, as callbacks; they are never sent on')
    .option('--endpoint <endpoint>', 'of this endpoint')
    .action((file: string, options: { endpoint?: string }) => run(importFile(file, options)))
  noun
    .command('wait')
    .description('wait for a callback that matches, else exit with 4; prints its number')
    .requiredOption(
      '--match <expression>',
      'JSONata over the callback, for example: json.event = "paid" (docs/callbacks.md)'
    )
    .requiredOption('--timeout <seconds>', 'how long')
    .option('--after <id>', 'also among those that came after this one')
    .option('--port <n>', 'of the listener, where none runs yet', portNumber)
    .action((options: WaitOptions) => run(wait(options)))
}

function addList(noun: Command, run: Run): void {
  noun
    .command('list')
    .description('newest first; of several options all must hold')
    .option('--search <text>', 'words or beginnings of words, anywhere in it; "in quotes": as it stands')
    .option('--account <account>', 'of this account')
    .option('--endpoint <endpoint>', 'of this endpoint')
    .option('--provider <provider>', 'of this provider')
    .option('--verdict <verdict>', 'valid, invalid, missing, no-secret or not-offered')
    .option('--method <method>', 'for example POST')
    .option('--origin <origin>', 'network, simulate, replay or import')
    .option('--status <n>', 'of the answer', wholeNumber)
    .option('--event <event>', 'as it was decoded')
    .option('--pinned', 'pinned ones')
    .option('--tag <tag>', 'with this tag')
    .option('--since <time>', '15m, 2h, 7d ago, or a date')
    .option('--until <time>', '15m, 2h, 7d ago, or a date')
    .option('--before <id>', 'older than this one')
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .action((options: ListOptions) => run(list(options)))
}
