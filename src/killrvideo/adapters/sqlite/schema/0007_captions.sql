-- What is said in videos, as WebVTT of our own spelling.
CREATE TABLE captions (
  video_id    BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  language    TEXT NOT NULL,
  label       TEXT NOT NULL,
  digest      TEXT NOT NULL,            -- of the text
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER,
  version     INTEGER NOT NULL,
  text        TEXT NOT NULL,            -- half a megabyte at most; last, so that lists do not read it
  UNIQUE (video_id, language)
) STRICT;

-- Pieces of captions and descriptions. All of it can be made again.
CREATE TABLE passages (
  seq       INTEGER PRIMARY KEY,        -- joins the text index
  video_id  BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  number    INTEGER NOT NULL,
  language  TEXT,                       -- of the captions; NULL for the description
  start     INTEGER NOT NULL,           -- milliseconds of the video
  end       INTEGER NOT NULL,
  title     TEXT NOT NULL,              -- the video's: a passage is found by it, too
  text      TEXT NOT NULL,
  model     TEXT,                       -- of the vector; NULL where there is none
  signs     BLOB,                       -- as of the vectors of videos
  vector    BLOB,
  UNIQUE (video_id, number)
) STRICT;
CREATE VIRTUAL TABLE passage_text USING fts5 (
  title, text, content = 'passages', content_rowid = 'seq',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passages_come AFTER INSERT ON passages BEGIN
  INSERT INTO passage_text (rowid, title, text) VALUES (new.seq, new.title, new.text);
END;
CREATE TRIGGER passages_go AFTER DELETE ON passages BEGIN
  INSERT INTO passage_text (passage_text, rowid, title, text) VALUES ('delete', old.seq, old.title, old.text);
END;

-- What the passages of a video were made of; no row before they were made for the first time.
CREATE TABLE passage_sets (
  video_id  BLOB PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
  made_of   TEXT NOT NULL,              -- the video's text_digest, and language:digest of its captions in order
  model     TEXT                        -- of the vectors
) STRICT, WITHOUT ROWID;

-- Who holds passages in memory, or looks for outdated ones, follows changes of their videos.
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
CREATE TRIGGER passage_sets_come AFTER INSERT ON passage_sets BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;
CREATE TRIGGER passage_sets_change AFTER UPDATE ON passage_sets BEGIN
  DELETE FROM video_changes WHERE video = (SELECT seq FROM videos WHERE id = new.video_id);
  INSERT INTO video_changes (video) SELECT seq FROM videos WHERE id = new.video_id;
END;
