import { CommanderError } from 'commander'
import { Fault } from '#shared/faults.ts'
import { createIo, writeFault, writeResult, type Io, type Result } from './io.ts'
import { createProgram } from './program.ts'
import { faultFrom, openSession, type GlobalOptions, type Session } from './session.ts'

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
  /** Opens the core on the data folder; it is closed when the command ends. */
  open(): Promise<Session>
  /** Resolves when the person presses Ctrl-C or the system asks to end. */
  stopped: Promise<void>
}

export type Action = (context: Context) => Promise<Result>

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
  const open = () => (session ??= openSession(globals, options.env))
  const signals = watchSignals()
  try {
    const result = await action({ ...options, io, globals, open, stopped: signals.stopped })
    await session?.then(opened => opened.core.close())
    session = undefined
    return await writeResult(result, io.json)
  } catch (error) {
    return await writeFault(faultFrom(error, globals, options.env), io.json)
  } finally {
    signals.forget()
    await session?.then(opened => opened.core.close()).catch(() => undefined)
  }
}

/** Help and version are no faults; everything else that commander refuses is bad usage. */
async function usageExit(error: unknown, options: CliOptions, json: boolean): Promise<number> {
  if (!(error instanceof CommanderError)) return await writeFault(faultFrom(error, { json }, options.env), json)
  if (error.exitCode === 0) return 0
  if (error.code === 'commander.help') return 2
  const message = error.message.replace(/^error: /, '')
  return await writeFault(new Fault('bad-usage', { message: message.charAt(0).toUpperCase() + message.slice(1) }), json)
}

function watchSignals(): { stopped: Promise<void>; forget(): void } {
  let forget = () => {}
  const stopped = new Promise<void>(resolve => {
    const stop = () => resolve()
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    forget = () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    }
  })
  return { stopped, forget }
}
