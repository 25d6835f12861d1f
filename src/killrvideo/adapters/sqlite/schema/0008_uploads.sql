-- Files on their way in; their bytes are blobs.
CREATE TABLE uploads (
  id          BLOB PRIMARY KEY,
  owner_id    BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL,
  length      INTEGER,                  -- bytes in all; NULL while nobody knows
  offset      INTEGER NOT NULL,         -- bytes that are kept
  parts       INTEGER NOT NULL,         -- in how many pieces
  metadata    TEXT NOT NULL,            -- JSON
  joined      TEXT NOT NULL,            -- JSON: ids of what a final upload was made of
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_owner ON uploads (owner_id);
CREATE INDEX uploads_expiry ON uploads (expires_at) WHERE length IS NULL OR offset < length OR kind = 'partial';

CREATE TABLE upload_parts (
  upload_id  BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  start      INTEGER NOT NULL,          -- byte of the file
  size       INTEGER NOT NULL,
  key        TEXT NOT NULL,             -- of the blob
  PRIMARY KEY (upload_id, start)
) STRICT, WITHOUT ROWID;
