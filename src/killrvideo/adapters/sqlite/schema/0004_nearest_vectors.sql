-- What a video is embedded from, as a digest: a vector that was made of another text is out of date.
ALTER TABLE videos ADD COLUMN text_digest TEXT NOT NULL DEFAULT '';
UPDATE videos SET text_digest = text_digest_of(title, tags, description);

-- The same vectors with what a search wants to know of them.
CREATE TABLE vectors_now (
  seq          INTEGER PRIMARY KEY,     -- names the row to what is held in memory
  video_id     BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  model        TEXT NOT NULL,
  dimension    INTEGER NOT NULL,
  text_digest  TEXT NOT NULL,           -- of the text that it stands for
  stored_at    INTEGER NOT NULL,
  signs        BLOB NOT NULL,           -- a bit for each number, 1 where it is above 0, the first one lowest
  vector       BLOB NOT NULL,           -- little-endian float32
  UNIQUE (video_id, model)
) STRICT;
INSERT INTO vectors_now (video_id, model, dimension, text_digest, stored_at, signs, vector)
SELECT e.video_id, e.model, e.dimension, v.text_digest, e.stored_at, signs_of(e.vector), e.vector
FROM vectors AS e JOIN videos AS v ON v.id = e.video_id ORDER BY v.seq;
DROP TABLE vectors;
ALTER TABLE vectors_now RENAME TO vectors;
-- Holds all that a process reads of every vector, a tenth of the table.
CREATE INDEX vectors_signs ON vectors (model, video_id, text_digest, dimension, signs);

-- Which videos have changed, in that order, each by its last change: for what processes hold in memory.
CREATE TABLE video_changes (
  change  INTEGER PRIMARY KEY AUTOINCREMENT,
  video   INTEGER NOT NULL UNIQUE       -- its seq, also of one that is gone
) STRICT;
CREATE TRIGGER videos_come AFTER INSERT ON videos BEGIN
  DELETE FROM video_changes WHERE video = new.seq;
  INSERT INTO video_changes (video) VALUES (new.seq);
END;
CREATE TRIGGER videos_change
AFTER UPDATE OF tags, category, language, status, causes, ratings, stars, text_digest ON videos BEGIN
  DELETE FROM video_changes WHERE video = new.seq;
  INSERT INTO video_changes (video) VALUES (new.seq);
END;
CREATE TRIGGER videos_go AFTER DELETE ON videos BEGIN
  DELETE FROM video_changes WHERE video = old.seq;
  INSERT INTO video_changes (video) VALUES (old.seq);
END;
CREATE TRIGGER vectors_come AFTER INSERT ON vectors BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;
CREATE TRIGGER vectors_change AFTER UPDATE ON vectors BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;

-- The model that searches answer from; no row before the first one's vectors were complete.
CREATE TABLE served_model (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  model  TEXT NOT NULL
) STRICT;
