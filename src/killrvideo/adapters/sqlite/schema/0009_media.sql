-- What was made of uploaded files, and of thumbnails; the files themselves are blobs.
CREATE TABLE media (
  video_id  BLOB PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
  version   INTEGER NOT NULL,
  body      TEXT NOT NULL               -- JSON, some kilobytes at most
) STRICT;

-- How far a try of a job is.
ALTER TABLE jobs ADD COLUMN begun_at INTEGER;
ALTER TABLE jobs ADD COLUMN part REAL NOT NULL DEFAULT 0;  -- from 0 to 1
ALTER TABLE jobs ADD COLUMN part_at INTEGER;
