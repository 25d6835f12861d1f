ALTER TABLE outbox_buried ADD COLUMN retried INTEGER NOT NULL DEFAULT 0;  -- 1: waits for its group again

-- Events that a carrier brought already, by group: a carrier may bring one twice.
CREATE TABLE inbox (
  group_name  TEXT NOT NULL,
  event_id    BLOB NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (group_name, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_by_age ON inbox (at);
