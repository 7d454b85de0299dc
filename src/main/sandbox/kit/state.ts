import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { isSystemError } from '../running.ts'

const logEntry = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string(),
  /** What the request was about. Bodies and headers are not kept: they may hold secrets. */
  key: z.string().optional(),
  /** null: the connection was broken or left hanging. */
  status: z.number().nullable(),
  fault: z.string().optional()
})

/** What every simulator keeps beside its own things. */
export const commonState = z.object({
  version: z.literal(1),
  log: z.array(logEntry),
  requests: z.record(z.string(), z.number()),
  changes: z.object({ created: z.number(), updated: z.number(), deleted: z.number() })
})

export type CommonState = z.infer<typeof commonState>
export type LogEntry = z.infer<typeof logEntry>

/** The common part of a state that nothing has happened to yet. */
export function emptyState(): CommonState {
  return { version: 1, log: [], requests: {}, changes: { created: 0, updated: 0, deleted: 0 } }
}

export type KeptState<S extends CommonState> = {
  current: S
  /** Writes the file before it returns: what was answered survives the end of the process. */
  save(): void
  /** Writes the file within half a second: enough for the log. */
  saveSoon(): void
  reset(): void
  close(): void
}

const saveDelayMs = 500

/** Opens the state kept in the file, or in memory alone without one. A file that cannot be read is set aside. */
export function openState<S extends CommonState>(
  file: string | undefined,
  { schema, seed }: { schema: z.ZodType<S>; seed: () => S }
): KeptState<S> {
  let timer: NodeJS.Timeout | undefined
  const saveLog = () => {
    try {
      kept.save()
    } catch (error) {
      // A request log that cannot be written must not end the simulator.
      process.stderr.write(`sandbox: the state file was not written: ${String(error)}\n`)
    }
  }
  const kept: KeptState<S> = {
    current: (file !== undefined && readState(file, schema)) || seed(),
    save() {
      clearTimeout(timer)
      timer = undefined
      if (file !== undefined) writeWhole(file, JSON.stringify(kept.current, null, 1))
    },
    saveSoon() {
      timer ??= setTimeout(saveLog, saveDelayMs)
    },
    reset() {
      kept.current = seed()
      kept.save()
    },
    close() {
      if (timer !== undefined) saveLog()
    }
  }
  return kept
}

function readState<S>(file: string, schema: z.ZodType<S>): S | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw error
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  renameSync(file, `${file}.damaged`)
  process.stderr.write('sandbox: the state file was damaged; it was set aside and the sandbox starts anew\n')
  return undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function writeWhole(file: string, text: string): void {
  const next = `${file}.next`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, file)
}
