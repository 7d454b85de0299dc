import type { WriteDb } from '../db.ts'
import { start } from './001-start.ts'

/** Brings a database from one version to the next. It runs inside a transaction. */
export type Migration = (db: WriteDb) => void

/** All of them, oldest first: the first makes version 1. An entry that was released is never changed. */
export const ledger: readonly Migration[] = [start]
