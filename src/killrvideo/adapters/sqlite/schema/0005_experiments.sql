-- Experiments that were made here, or changed since KillrVideo came with them: a handful.
CREATE TABLE experiments (
  key          TEXT PRIMARY KEY,
  description  TEXT NOT NULL,
  arms         TEXT NOT NULL,       -- JSON array, in order
  share        INTEGER NOT NULL,    -- of 10,000
  state        TEXT NOT NULL,
  round        INTEGER NOT NULL,
  goal         TEXT NOT NULL,
  guardrails   TEXT NOT NULL,       -- JSON array
  started_at   INTEGER,
  stopped_at   INTEGER,
  changed_at   INTEGER,
  version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who met which arm first when, and when they first did what is measured: one row a person and round.
CREATE TABLE exposures (
  account_id   BLOB NOT NULL,       -- refers to nobody once the account was erased: the row still counts
  experiment   TEXT NOT NULL,
  round        INTEGER NOT NULL,
  arm          TEXT NOT NULL,
  at           INTEGER NOT NULL,
  viewed_at    INTEGER,
  liked_at     INTEGER,
  disliked_at  INTEGER,
  version      INTEGER NOT NULL,
  PRIMARY KEY (account_id, experiment, round)
) STRICT, WITHOUT ROWID;
-- All that the report of a round reads.
CREATE INDEX exposures_of_round ON exposures (experiment, round, arm, viewed_at, liked_at, disliked_at);
