import type { WriteDb } from '../db.ts'
import { start } from './001-start.ts'
import { straySecrets } from './002-stray-secrets.ts'
import { endpointChecks } from './003-endpoint-checks.ts'
import { schedules } from './004-schedules.ts'
import { lab } from './005-lab.ts'

/** Brings a database from one version to the next. It runs inside a transaction. */
export type Migration = (db: WriteDb) => void

/** All of them, oldest first: the first makes version 1. An entry that was released is never changed. */
export const ledger: readonly Migration[] = [start, straySecrets, endpointChecks, schedules, lab]
