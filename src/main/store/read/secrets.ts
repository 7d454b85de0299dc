import * as z from 'zod'
import { secretRef } from '#shared/model/account.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { SecretStore } from '../store.ts'

const columns = 'owner, name, version, vault, fingerprint'
const listSql = `SELECT ${columns} FROM secrets WHERE owner = ? ORDER BY name`
const getSql = `SELECT ${columns} FROM secrets WHERE owner = ? AND name = ?`
const allSql = `SELECT ${columns} FROM secrets ORDER BY owner, name`

const straysSql = `SELECT owner, name, version, vault, is_copy AS isCopy FROM stray_secrets
  ORDER BY owner, name, version, vault`

const straySecret = secretRef.extend({ owner: z.string(), isCopy: z.boolean() })
const storedSecret = secretRef.extend({ owner: z.string(), fingerprint: z.string() })

export function readSecrets(db: ReadDb): Pick<SecretStore, 'list' | 'get' | 'all' | 'strays'> {
  const list = db.prepare(listSql)
  const get = db.prepare(getSql)
  const all = db.prepare(allSql)
  const strays = db.prepare(straysSql)
  return {
    list: owner => fromRows(storedSecret, list.all(owner)),
    get: (owner, name) => fromRowOrNone(storedSecret, get.get(owner, name)),
    all: () => fromRows(storedSecret, all.all()),
    strays: () => fromRows(straySecret, strays.all(), { flags: ['isCopy'] })
  }
}
