import type { WriteDb } from '../db.ts'

/** Version 3: what an endpoint's callbacks are checked with, and the public address at which a tunnel takes them. */
export function endpointChecks(db: WriteDb): void {
  db.exec(`
    ALTER TABLE endpoints ADD COLUMN scheme TEXT NOT NULL DEFAULT 'provider';
    ALTER TABLE endpoints ADD COLUMN public_url TEXT;
  `)
}
