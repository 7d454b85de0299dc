import { CommanderError } from 'commander'
import { Fault } from '#shared/faults.ts'
import { createIo, endWhenUnread, writeFault, writeResult, type Io, type Result } from './io.ts'
import { createProgram } from './program.ts'
import { faultFrom, openSession, type GlobalOptions, type Session } from './session.ts'
import { watchStop } from './stop.ts'

export type CliOptions = {
  argv: string[]
  env: NodeJS.ProcessEnv
  /** This program's own file, for the demo, which runs the commands as a person would. */
  entry: string
  /** The web host, handed in by the door: one host does not know another. */
  serve(args: string[]): Promise<number>
}

/** What a command may use. */
export type Context = CliOptions & {
  io: Io
  globals: GlobalOptions
  /**
   * Opens the core on the data folder; it is closed when the command ends. `secrets`: the command needs them, so that on a
   * terminal it asks for the passphrase of the vault file.
   */
  open(needs?: { secrets: boolean }): Promise<Session>
  /**
   * Resolves when the person presses Ctrl-C, the system asks to end or nobody reads the output any more. A command that
   * calls this ends by itself; any other is cancelled.
   */
  stopped(): Promise<void>
}

export type Action = (context: Context) => Promise<Result>

/** Said by every command that opens the data folder, as the window shows it on every screen. */
const sessionMark = 'Secrets: this session only. What is entered is forgotten when the command ends.'

/** Runs one command. out: the exit code (0 done, 1 fault, 2 bad usage, 3 conflicts, 4 timed out). Nothing is thrown. */
export async function runCli(options: CliOptions): Promise<number> {
  const json = options.argv.includes('--json')
  let chosen: { action: Action; globals: GlobalOptions } | undefined
  const program = createProgram((action, globals) => (chosen = { action, globals }), json)
  try {
    await program.parseAsync(options.argv, { from: 'user' })
  } catch (error) {
    return await usageExit(error, options, json)
  }
  if (!chosen) {
    program.outputHelp()
    return 2
  }
  return await runAction(chosen.action, chosen.globals, options)
}

async function runAction(action: Action, globals: GlobalOptions, options: CliOptions): Promise<number> {
  const io = createIo(globals.json ?? false)
  let session: Promise<Session> | undefined
  const open: Context['open'] = needs => (session ??= openSession(globals, options.env, needs).then(marked))
  const marked = (opened: Session) => {
    if (opened.core.vault() === 'session') io.say(sessionMark)
    return opened
  }
  const stop = watchStop()
  const forget = endWhenUnread(() => stop.now())
  endWithBugs(globals, options.env)
  try {
    const result = await Promise.race([
      action({ ...options, io, globals, open, stopped: () => stop.stopped() }),
      stop.cancelled
    ])
    await session?.then(opened => opened.core.close())
    session = undefined
    return await writeResult(result, io.json)
  } catch (error) {
    return await writeFault(faultFrom(error, globals, options.env), io.json)
  } finally {
    stop.forget()
    forget()
    await session?.then(opened => opened.core.close()).catch(() => undefined)
  }
}

/** Help and version are no faults; everything else that commander refuses is bad usage. */
async function usageExit(error: unknown, options: CliOptions, json: boolean): Promise<number> {
  if (!(error instanceof CommanderError)) return await writeFault(faultFrom(error, { json }, options.env), json)
  if (error.exitCode === 0) return 0
  if (error.code !== 'commander.help') return await writeFault(usageFault(error.message), json)
  // Without `--json` the help was printed, which says it better.
  return json ? await writeFault(new Fault('bad-usage', { message: 'The command is not complete' }), json) : 2
}

/** "error: unknown command 'lst'\n(Did you mean list?)" becomes two sentences. */
function usageFault(text: string): Fault {
  const [first = '', hint] = text.replace(/^error: /, '').split('\n')
  const sentence = first.charAt(0).toUpperCase() + first.slice(1)
  return new Fault('bad-usage', { message: hint ? `${sentence}. ${hint.replace(/^\(|\)$/g, '')}` : sentence })
}

/** Whatever nobody caught ends the process this way; Node alone would print a stack. */
function endWithBugs(globals: GlobalOptions, env: NodeJS.ProcessEnv): void {
  async function end(error: unknown): Promise<void> {
    process.exit(await writeFault(faultFrom(error, globals, env), globals.json ?? false))
  }
  process.once('uncaughtException', error => void end(error))
  process.once('unhandledRejection', error => void end(error))
}
