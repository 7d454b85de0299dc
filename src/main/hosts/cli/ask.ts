import { Fault } from '#shared/faults.ts'
import { newPassphrase } from '#shared/model/passphrase.ts'

// Questions go to stderr, so that stdout stays the result. The libraries are loaded when there is something to ask.

/** Whether a person can be asked: standard input is a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY
}

/** A text that is not shown while it is typed; an empty one, and one that is refused, is asked for again. faults: cancelled. */
export async function askHidden(message: string, refusal?: (text: string) => string | undefined): Promise<string> {
  const { default: password } = await import('@inquirer/password')
  const validate = (text: string) =>
    text === '' ? 'Enter something, or press Ctrl-C to stop.' : (refusal?.(text) ?? true)
  return await answered(signal => password({ message, mask: true, validate }, { output: process.stderr, signal }))
}

/** Yes or no; Enter alone is no. faults: cancelled. */
export async function askYes(message: string): Promise<boolean> {
  const { default: confirm } = await import('@inquirer/confirm')
  return await answered(signal => confirm({ message, default: false }, { output: process.stderr, signal }))
}

/** The passphrase of the vault file; one that is chosen now is asked for twice. faults: cancelled, invalid-input. */
export async function askPassphrase(isNew: boolean): Promise<string> {
  if (!isNew) return await askHidden('Passphrase of the vault file')
  return await askTwice('Choose a passphrase for the vault file (it cannot be recovered)')
}

/** A passphrase that is chosen now and not shown, asked for twice. faults: cancelled, invalid-input. */
export async function askTwice(message: string): Promise<string> {
  const chosen = await askHidden(message, text => newPassphrase.safeParse(text).error?.issues[0]?.message)
  if ((await askHidden('Repeat the passphrase')) === chosen) return chosen
  throw new Fault('invalid-input', {
    message: 'The two passphrases are not the same, so that nothing was saved',
    advice: 'Run the command again.',
    field: 'passphrase'
  })
}

/** A question ends at a signal too: nothing else would, while it holds the terminal. */
async function answered<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const abort = () => stop.abort()
  process.on('SIGINT', abort).on('SIGTERM', abort)
  try {
    return await ask(stop.signal)
  } catch (error) {
    // The library's errors for Ctrl-C, for a signal and for an input that was closed.
    const names = ['ExitPromptError', 'AbortPromptError', 'CancelPromptError']
    if (error instanceof Error && names.includes(error.name)) throw new Fault('cancelled', { cause: error })
    throw error
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort)
  }
}
