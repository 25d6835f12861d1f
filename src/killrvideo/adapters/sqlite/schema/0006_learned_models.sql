-- Models of what goes together. The newest is the one in use.
CREATE TABLE learned_models (
  number        INTEGER PRIMARY KEY,
  algorithm     TEXT NOT NULL,
  trained_at    INTEGER NOT NULL,
  people        INTEGER NOT NULL,   -- what it was learned from
  videos        INTEGER NOT NULL,
  interactions  INTEGER NOT NULL,
  held_out      INTEGER NOT NULL,
  ndcg          REAL NOT NULL,      -- how good it was, for so many judges
  recall        REAL NOT NULL,
  hit_rate      REAL NOT NULL,
  judges        INTEGER NOT NULL,
  served        BLOB NOT NULL,      -- which lists of neighbours it serves
  judged        BLOB NOT NULL       -- and which it was measured with
) STRICT;

-- Derived from ratings and views: what is lost is learned anew. 2 KB a row with a hundred neighbours.
CREATE TABLE video_neighbours (
  lists     BLOB NOT NULL,
  video_id  BLOB NOT NULL,
  ids       BLOB NOT NULL,          -- 16 bytes each, the strongest first
  weights   BLOB NOT NULL,          -- little-endian float32
  PRIMARY KEY (lists, video_id)
) STRICT;
