import type { WriteDb } from '../db.ts'

/**
 * Version 5: rules, targets and attempts; what people write to a callback; and the words of callbacks. The word index keeps no text
 * of its own. It is filled in the order of ids up to `indexed_to`, after the look and never in the sender's way; storing a callback
 * touches no index for it. `callback_spans` has the earliest and latest time of each stretch of ids: clocks may be set back.
 */
export function lab(db: WriteDb): void {
  db.exec(`
    CREATE TABLE rules (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      endpoint_id TEXT REFERENCES endpoints (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      label TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      conditions TEXT NOT NULL,
      every_nth INTEGER,
      percent REAL,
      answer TEXT NOT NULL,
      forwards TEXT NOT NULL
    ) STRICT;
    CREATE INDEX rules_of_endpoint ON rules (endpoint_id);

    CREATE TABLE targets (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      endpoint_id TEXT NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
      url TEXT NOT NULL,
      label TEXT NOT NULL,
      enabled INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX targets_of_endpoint ON targets (endpoint_id);

    CREATE TABLE attempts (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      callback_id INTEGER NOT NULL,
      target_id TEXT REFERENCES targets (id) ON DELETE SET NULL,
      kind TEXT NOT NULL,
      url TEXT NOT NULL,
      state TEXT NOT NULL,
      number INTEGER NOT NULL,
      method TEXT NOT NULL,
      edited_headers TEXT,
      edited_body BLOB,
      status INTEGER,
      response_headers TEXT NOT NULL,
      response_body BLOB NOT NULL,
      response_truncated INTEGER NOT NULL,
      fault TEXT,
      due_ms INTEGER NOT NULL,
      started_ms INTEGER,
      finished_ms INTEGER
    ) STRICT;
    CREATE INDEX attempts_of_callback ON attempts (callback_id);
    CREATE INDEX attempts_of_target ON attempts (target_id);
    CREATE INDEX attempts_due ON attempts (target_id, due_ms) WHERE state = 'waiting';
    CREATE INDEX attempts_due_next ON attempts (due_ms) WHERE state = 'waiting';
    CREATE INDEX attempts_under_way ON attempts (seq) WHERE state = 'sending';
    CREATE INDEX attempts_ended ON attempts (finished_ms) WHERE finished_ms IS NOT NULL;

    ALTER TABLE callbacks ADD COLUMN rule_id TEXT;
    ALTER TABLE callbacks ADD COLUMN replay_of INTEGER;
    ALTER TABLE callbacks ADD COLUMN verdict_details TEXT;

    INSERT INTO options (name, value)
      SELECT 'callbacks-removed', ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'callbacks'), 0) - count(*) FROM callbacks;

    CREATE TABLE callback_notes (
      id INTEGER PRIMARY KEY,
      pinned INTEGER NOT NULL,
      tags TEXT NOT NULL,
      note TEXT NOT NULL
    ) STRICT;

    CREATE INDEX callback_notes_pinned ON callback_notes (id) WHERE pinned = 1;

    DROP INDEX callbacks_of_account;
    CREATE VIRTUAL TABLE callback_words USING fts5(
      words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    );
    CREATE TABLE callback_words_state (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      indexed_to INTEGER NOT NULL
    ) STRICT;
    INSERT INTO callback_words_state VALUES (1, 0);
    CREATE TABLE callback_spans (
      span INTEGER PRIMARY KEY,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL
    ) STRICT;

    ALTER TABLE stray_secrets ADD COLUMN is_copy INTEGER NOT NULL DEFAULT 0;
  `)
}
