import type * as z from 'zod'
import { Fault } from '#shared/faults.ts'

/** The columns of a row that are stored in another form than the model has: JSON text, and 0 or 1. */
export type Columns = { json?: readonly string[]; flags?: readonly string[] }

/** Reads a row, its columns named as the model names them. faults: store-damaged. */
export function fromRow<T>(schema: z.ZodType<T>, row: unknown, columns: Columns = {}): T {
  try {
    return schema.parse(unpacked(row as Record<string, unknown>, columns))
  } catch (error) {
    throw new Fault('store-damaged', { message: 'A row of the database cannot be read', cause: error })
  }
}

export function fromRows<T>(schema: z.ZodType<T>, rows: unknown[], columns?: Columns): T[] {
  return rows.map(row => fromRow(schema, row, columns))
}

/** The row, or undefined where the database had none. */
export function fromRowOrNone<T>(schema: z.ZodType<T>, row: unknown, columns?: Columns): T | undefined {
  return row === undefined ? undefined : fromRow(schema, row, columns)
}

/** The model's values as columns take them. */
export function toRow(model: Record<string, unknown>, columns: Columns): Record<string, unknown> {
  const row = { ...model }
  for (const name of columns.json ?? []) row[name] = toJson(model[name])
  for (const name of columns.flags ?? []) row[name] = model[name] === true ? 1 : 0
  return row
}

/** Fails where an update met no row: the edit must not vanish. faults: not-found. */
export function mustChange(result: { changes: number }, what: string): void {
  if (result.changes === 0) throw new Fault('not-found', { message: `${what} does not exist any more` })
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function unpacked(row: Record<string, unknown>, columns: Columns): Record<string, unknown> {
  const model = { ...row }
  for (const name of columns.json ?? []) model[name] = parsed(row[name])
  for (const name of columns.flags ?? []) model[name] = row[name] === 1
  return model
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null
}
