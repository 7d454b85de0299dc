import type { WriteDb } from '../db.ts'

/**
 * Version 2: the entries that a vault may hold though no secret points at them. The vault is no part of a transaction, so
 * what may be left in it is written down before it comes there, and crossed out once it is gone.
 */
export function straySecrets(db: WriteDb): void {
  db.exec(`
    CREATE TABLE stray_secrets (
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      vault TEXT NOT NULL,
      PRIMARY KEY (owner, name, version, vault)
    ) STRICT, WITHOUT ROWID;
  `)
}
