import { InvalidArgumentError, type Command } from 'commander'

/** The two ways in which a command takes secrets: never as arguments. */
export function withSecrets(command: Command): Command {
  return command
    .option('--secrets-stdin', 'read secrets from standard input, as a JSON object')
    .option('--secret-env <field=variable>', 'read a secret from an environment variable', collect, [])
}

/** For an option that may be repeated. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

/** faults: commander's, for the option that it is given to. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** faults: commander's, for the option that it is given to. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a port from 0 (any free one) to 65535.')
  }
  return Number(text)
}
