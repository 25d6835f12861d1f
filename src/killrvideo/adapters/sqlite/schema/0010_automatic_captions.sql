-- Captions that no person wrote are known as such. The text stays last: what stands behind it would be read
-- through it, also in lists.
DROP TRIGGER captions_come;
DROP TRIGGER captions_change;
DROP TRIGGER captions_go;
ALTER TABLE captions RENAME TO captions_before;
CREATE TABLE captions (
  video_id    BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  language    TEXT NOT NULL,
  label       TEXT NOT NULL,
  digest      TEXT NOT NULL,            -- of the text
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER,
  version     INTEGER NOT NULL,
  automatic   INTEGER NOT NULL,         -- 1: a model heard or translated it
  text        TEXT NOT NULL,            -- half a megabyte at most
  UNIQUE (video_id, language)
) STRICT;
INSERT INTO captions (video_id, language, label, digest, created_at, updated_at, version, automatic, text)
SELECT video_id, language, label, digest, created_at, updated_at, version, 0, text FROM captions_before;
DROP TABLE captions_before;

CREATE TRIGGER captions_come AFTER INSERT ON captions BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;
CREATE TRIGGER captions_change AFTER UPDATE ON captions BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;
CREATE TRIGGER captions_go AFTER DELETE ON captions BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = old.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = old.video_id;
END;
