-- How far an archive of another house has moved in; no row when none is moving in.
CREATE TABLE moving_in (
  only     INTEGER PRIMARY KEY CHECK (only = 1),
  archive  TEXT NOT NULL,
  kind     TEXT NOT NULL,
  rows     INTEGER NOT NULL         -- of the kind; all kinds before it are in
) STRICT;
