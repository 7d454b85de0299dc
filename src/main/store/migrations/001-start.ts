import type { WriteDb } from '../db.ts'

/**
 * Version 1: everything of the first release.
 *
 * Rows that tell what happened (`history`, `runs`, `callbacks`) have no foreign key to what they happened to: they outlive it.
 * What a callback brought is apart from what is said of it, so that the list reads little and a look rewrites little.
 * `seq` is the order in which rows came; clocks may be set back.
 */
export function start(db: WriteDb): void {
  db.exec(`
    CREATE TABLE accounts (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      provider TEXT NOT NULL,
      label TEXT NOT NULL,
      base_url TEXT NOT NULL,
      fields TEXT NOT NULL,
      state TEXT NOT NULL,
      parked_fault TEXT,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      pulled_ms INTEGER
    ) STRICT;

    CREATE TABLE secrets (
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      vault TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      PRIMARY KEY (owner, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE profiles (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      remote_id TEXT,
      base TEXT,
      local TEXT,
      remote TEXT,
      remote_known INTEGER NOT NULL,
      remote_seen_ms INTEGER,
      policies TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX profiles_in_order ON profiles (account_id, kind, created_ms);
    CREATE UNIQUE INDEX profiles_once ON profiles (account_id, kind, remote_id) WHERE remote_id IS NOT NULL;

    CREATE TABLE history (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      at_ms INTEGER NOT NULL,
      account_id TEXT NOT NULL,
      profile_id TEXT NOT NULL,
      title TEXT NOT NULL,
      what TEXT NOT NULL,
      settings TEXT NOT NULL,
      after TEXT,
      run_id TEXT
    ) STRICT;
    CREATE INDEX history_of_profile ON history (profile_id);
    CREATE INDEX history_of_account ON history (account_id);

    CREATE TABLE runs (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      plan_hash TEXT NOT NULL,
      account_id TEXT,
      state TEXT NOT NULL,
      writes INTEGER NOT NULL,
      started_ms INTEGER NOT NULL,
      finished_ms INTEGER
    ) STRICT;
    CREATE INDEX runs_in_state ON runs (state);

    CREATE TABLE operations (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      account_id TEXT NOT NULL,
      profile_id TEXT NOT NULL,
      change TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      fault TEXT,
      note TEXT,
      retry_at_ms INTEGER,
      prepared_ms INTEGER NOT NULL,
      inflight_ms INTEGER,
      finished_ms INTEGER
    ) STRICT;
    CREATE INDEX operations_of_run ON operations (run_id);
    CREATE INDEX operations_in_state ON operations (state);

    CREATE TABLE endpoints (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
      key TEXT NOT NULL UNIQUE,
      label TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX endpoints_of_account ON endpoints (account_id);

    CREATE TABLE callbacks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      endpoint_id TEXT,
      account_id TEXT,
      provider TEXT,
      received_ms INTEGER NOT NULL,
      method TEXT NOT NULL,
      target TEXT NOT NULL,
      http_version TEXT NOT NULL,
      remote_address TEXT NOT NULL,
      origin TEXT NOT NULL,
      body_bytes INTEGER NOT NULL,
      truncated INTEGER NOT NULL,
      answer_status INTEGER NOT NULL,
      verdict TEXT,
      verdict_text TEXT,
      decoded TEXT
    ) STRICT;
    CREATE INDEX callbacks_of_account ON callbacks (account_id);
    CREATE INDEX callbacks_to_look_at ON callbacks (verdict) WHERE verdict IS NULL;

    CREATE TABLE callback_contents (
      id INTEGER PRIMARY KEY,
      headers TEXT NOT NULL,
      trailers TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE options (
      name TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE leases (
      name TEXT NOT NULL PRIMARY KEY,
      id TEXT NOT NULL,
      pid INTEGER NOT NULL,
      machine TEXT NOT NULL,
      about TEXT NOT NULL,
      renewed_ms INTEGER NOT NULL,
      ttl_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `)
}
