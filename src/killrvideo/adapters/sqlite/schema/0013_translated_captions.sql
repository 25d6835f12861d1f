-- Translated captions know what they were made of. The text stays last, as before.
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
  made_of     TEXT,                     -- language:digest of what was translated; a language: its sound
  text        TEXT NOT NULL,            -- half a megabyte at most
  UNIQUE (video_id, language)
) STRICT;
INSERT INTO captions (video_id, language, label, digest, created_at, updated_at, version, automatic, text)
SELECT video_id, language, label, digest, created_at, updated_at, version, automatic, text FROM captions_before;
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
