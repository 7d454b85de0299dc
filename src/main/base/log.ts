import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pino } from 'pino'
import { redactNames, redactValues } from '#shared/redact.ts'
import { newId } from './ids.ts'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  /** From now on this value is taken out of what bugs say of themselves. */
  hide?(secret: string): void
  /** Forgets all that were to be hidden. */
  forget?(): void
  /** The text without the values that are hidden. */
  clean?(text: string): string
}

/**
 * A log of JSON lines in the file. Values of secret names are replaced before they are written; callers log names and
 * ids, never bodies. A file that cannot be written gives a silent log: logging never stops the app.
 */
export function createLog(options: { file?: string; level?: 'debug' | 'info' | 'warn' | 'error' | 'silent' }): Log {
  const settings: pino.LoggerOptions = {
    level: options.level ?? 'info',
    base: { pid: process.pid },
    formatters: { log: record => redactNames(record) as Record<string, unknown> }
  }
  if (options.file === undefined) return pino({ ...settings, level: 'silent' })
  try {
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 })
    return hiding(pino(settings, pino.destination({ dest: options.file, sync: true, mode: 0o600 })))
  } catch {
    return pino({ ...settings, level: 'silent' })
  }
}

function hiding(log: Log): Log {
  const hidden = new Set<string>()
  return Object.assign(log, {
    hide: (secret: string) => void hidden.add(secret),
    forget: () => hidden.clear(),
    clean: (text: string) => redactValues(text, hidden)
  })
}

/** Logs a bug with its stack under a new incident id. out: the id, which is all that a person gets to see. */
export function logIncident(log: Log, error: unknown, where: string): string {
  const incident = newId('inc')
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const clean = (text: string) => log.clean?.(text) ?? text
  log.error({ incident, where, problem: clean(message), stack: stack && clean(stack) }, 'bug')
  return incident
}
