import type { WriteDb } from '../db.ts'

/** Version 4: what an account does on its own, and of every history entry who made it and of which kind its profile is. */
export function schedules(db: WriteDb): void {
  db.exec(`
    CREATE TABLE schedules (
      account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
      refresh_minutes INTEGER,
      applies_alone INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE history ADD COLUMN kind TEXT;
    ALTER TABLE history ADD COLUMN who TEXT;
  `)
}
