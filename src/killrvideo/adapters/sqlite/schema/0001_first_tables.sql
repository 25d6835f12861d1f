-- Everything of the first release. Ids are 16-byte UUIDs, instants whole milliseconds since 1970, sets of
-- causes the sum of their bits. WITHOUT ROWID where the key is the order in which rows are read.

CREATE TABLE accounts (
  id             BLOB PRIMARY KEY,
  email          TEXT,              -- NULL once erased
  email_key      TEXT UNIQUE,       -- case-folded: what makes two spellings one address
  password_hash  TEXT,              -- NULL for imported accounts until one is set
  first_name     TEXT NOT NULL,
  last_name      TEXT NOT NULL,
  name_key       TEXT NOT NULL,     -- first and last name, case-folded, for finding people
  roles          TEXT NOT NULL,     -- JSON array, as granted
  scopes         TEXT NOT NULL,     -- JSON array, granted one by one
  status         TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  last_login_at  INTEGER,
  version        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_by_age ON accounts (created_at, id);

-- A session that is closed is gone, with its tokens.
CREATE TABLE sessions (
  id           BLOB PRIMARY KEY,
  account_id   BLOB NOT NULL REFERENCES accounts,
  opened_at    INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  narrowed_to  TEXT                 -- JSON array of scopes, NULL for all that the account has
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  digest      BLOB PRIMARY KEY,     -- SHA-256: the token itself is never kept
  session_id  BLOB NOT NULL REFERENCES sessions ON DELETE CASCADE,
  parent      BLOB,                 -- the token that this one succeeds
  used_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (parent);

CREATE TABLE videos (
  seq                   INTEGER PRIMARY KEY,      -- joins the text index, which knows integers only
  id                    BLOB NOT NULL UNIQUE,
  uploader_id           BLOB NOT NULL REFERENCES accounts,
  title                 TEXT NOT NULL,
  title_is_provisional  INTEGER NOT NULL,
  description           TEXT,
  tags                  TEXT NOT NULL,            -- JSON object: case-folded tag to its spelling, in order
  location              TEXT NOT NULL,
  location_type         INTEGER NOT NULL,
  youtube_id            TEXT,
  thumbnail_url         TEXT,
  duration_seconds      INTEGER,
  content_rating        TEXT,
  category              TEXT,
  language              TEXT,
  status                TEXT NOT NULL,
  error                 TEXT,
  submitted_at          INTEGER NOT NULL,
  updated_at            INTEGER,
  version               INTEGER NOT NULL,
  causes                INTEGER NOT NULL,
  deleted_at            INTEGER,
  -- Totals are kept in the transaction of the rows that they count.
  views                 INTEGER NOT NULL DEFAULT 0,
  opening_views         INTEGER NOT NULL DEFAULT 0,   -- included in views
  ratings               INTEGER NOT NULL DEFAULT 0,
  stars                 INTEGER NOT NULL DEFAULT 0,
  public                INTEGER NOT NULL GENERATED ALWAYS AS (status = 'READY' AND causes = 0) VIRTUAL
) STRICT;
CREATE INDEX videos_latest ON videos (submitted_at, id) WHERE public;
CREATE INDEX videos_by_uploader ON videos (uploader_id, submitted_at, id);
CREATE INDEX videos_by_uploader_latest ON videos (uploader_id, submitted_at, id) WHERE public;
CREATE INDEX videos_by_views ON videos (views, submitted_at) WHERE public;
CREATE INDEX videos_unfinished ON videos (submitted_at) WHERE status IN ('PENDING', 'PROCESSING') AND causes = 0;
CREATE INDEX videos_deleted ON videos (deleted_at) WHERE deleted_at IS NOT NULL;
-- One uploader has a YouTube video once. After a deletion of one's own (cause 1) it may be submitted again,
-- after one by moderation (2) it may not; moderation can also remove what its owner deleted and has anew.
CREATE UNIQUE INDEX videos_once ON videos (uploader_id, youtube_id) WHERE causes = 0 OR (causes & 3) = 2;

-- Totals of long lists, exact at every commit: counting a hundred thousand rows for each page takes longer
-- than reading it.
CREATE TABLE totals (
  name    TEXT PRIMARY KEY,
  amount  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES ('public videos', 0);
CREATE TRIGGER videos_counted AFTER INSERT ON videos WHEN new.public BEGIN
  UPDATE totals SET amount = amount + 1 WHERE name = 'public videos';
END;
CREATE TRIGGER videos_recounted AFTER UPDATE OF status, causes ON videos WHEN new.public <> old.public BEGIN
  UPDATE totals SET amount = amount + new.public - old.public WHERE name = 'public videos';
END;
CREATE TRIGGER videos_discounted AFTER DELETE ON videos WHEN old.public BEGIN
  UPDATE totals SET amount = amount - 1 WHERE name = 'public videos';
END;

CREATE TABLE video_tags (
  tag_key       TEXT NOT NULL,      -- case-folded
  submitted_at  INTEGER NOT NULL,
  video_id      BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  tag           TEXT NOT NULL,
  PRIMARY KEY (tag_key, submitted_at, video_id)
) STRICT, WITHOUT ROWID;            -- holds public videos only, like the text index
CREATE INDEX video_tags_of ON video_tags (video_id);

-- How many public videos spell a tag in which way, for suggestions.
CREATE TABLE tag_spellings (
  tag_key  TEXT NOT NULL,
  tag      TEXT NOT NULL,
  videos   INTEGER NOT NULL,
  PRIMARY KEY (tag_key, tag)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER video_tags_counted AFTER INSERT ON video_tags BEGIN
  INSERT INTO tag_spellings VALUES (new.tag_key, new.tag, 1)
  ON CONFLICT DO UPDATE SET videos = videos + 1;
END;
CREATE TRIGGER video_tags_discounted AFTER DELETE ON video_tags BEGIN
  UPDATE tag_spellings SET videos = videos - 1 WHERE tag_key = old.tag_key AND tag = old.tag;
  DELETE FROM tag_spellings WHERE tag_key = old.tag_key AND tag = old.tag AND videos = 0;
END;

CREATE VIRTUAL TABLE video_text USING fts5 (
  title, tags, description,
  tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE comments (
  id          BLOB PRIMARY KEY,
  video_id    BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  author_id   BLOB NOT NULL REFERENCES accounts,
  text        TEXT NOT NULL,
  sentiment   REAL,
  created_at  INTEGER NOT NULL,
  edited_at   INTEGER,
  version     INTEGER NOT NULL,
  causes      INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_on_video ON comments (video_id, created_at, id) WHERE causes = 0;
CREATE INDEX comments_by_author ON comments (author_id, created_at, id);
CREATE INDEX comments_of_video ON comments (video_id);
CREATE INDEX comments_deleted ON comments (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE ratings (
  video_id    BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  account_id  BLOB NOT NULL REFERENCES accounts,
  stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (video_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ratings_by_account ON ratings (account_id, updated_at);

CREATE TABLE views (
  id         BLOB PRIMARY KEY,
  video_id   BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  viewer_id  BLOB REFERENCES accounts,      -- NULL for a reader who was not signed in, or was erased
  at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX views_by_viewer ON views (viewer_id, at) WHERE viewer_id IS NOT NULL;
CREATE INDEX views_seen ON views (viewer_id, video_id) WHERE viewer_id IS NOT NULL;
CREATE INDEX views_of_video ON views (video_id);

CREATE TABLE hourly_views (
  hour      INTEGER NOT NULL,       -- the full hour, in milliseconds
  video_id  BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  views     INTEGER NOT NULL,
  PRIMARY KEY (hour, video_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hourly_views_of_video ON hourly_views (video_id);

CREATE TABLE watch_time (
  id         BLOB PRIMARY KEY,
  video_id   BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  viewer_id  BLOB REFERENCES accounts,
  seconds    INTEGER NOT NULL,
  at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_time_of_video ON watch_time (video_id);
CREATE INDEX watch_time_by_viewer ON watch_time (viewer_id, at) WHERE viewer_id IS NOT NULL;

CREATE TABLE activity (
  id          BLOB PRIMARY KEY,
  account_id  BLOB NOT NULL REFERENCES accounts,
  kind        TEXT NOT NULL,
  video_id    BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  comment_id  BLOB REFERENCES comments ON DELETE CASCADE,
  at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_of_account ON activity (account_id, at, id);
CREATE INDEX activity_of_video ON activity (video_id);
CREATE INDEX activity_of_comment ON activity (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX activity_by_age ON activity (at);

CREATE TABLE vectors (
  video_id   BLOB NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  model      TEXT NOT NULL,
  dimension  INTEGER NOT NULL,
  vector     BLOB NOT NULL,         -- little-endian float32
  stored_at  INTEGER NOT NULL,
  PRIMARY KEY (video_id, model)
) STRICT;

CREATE TABLE removals (
  content_type  TEXT NOT NULL,
  content_id    BLOB NOT NULL,
  cause         INTEGER NOT NULL,
  by_account    BLOB,
  at            INTEGER NOT NULL,
  reason        TEXT,
  PRIMARY KEY (content_type, content_id, cause)
) STRICT, WITHOUT ROWID;
CREATE INDEX removals_by_age ON removals (at, content_id);

CREATE TABLE flags (
  id               BLOB PRIMARY KEY,
  reporter_id      BLOB NOT NULL REFERENCES accounts,
  content_type     TEXT NOT NULL,
  content_id       BLOB NOT NULL,   -- outlives the content, for the trail
  video_id         BLOB NOT NULL,
  reason           TEXT NOT NULL,
  reason_text      TEXT,
  status           TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  moderator_id     BLOB REFERENCES accounts,
  moderator_notes  TEXT,
  resolved_at      INTEGER,
  version          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX flags_by_age ON flags (created_at, id);
CREATE INDEX flags_by_status ON flags (status, created_at, id);
CREATE INDEX flags_on_content ON flags (content_id, created_at, id);
CREATE INDEX flags_by_reporter ON flags (reporter_id, created_at);
CREATE UNIQUE INDEX flags_once ON flags (reporter_id, content_id) WHERE status IN ('open', 'under_review');

CREATE TABLE audit (
  id              BLOB PRIMARY KEY,
  at              INTEGER NOT NULL,
  actor_id        BLOB,
  action          TEXT NOT NULL,
  target_type     TEXT NOT NULL,
  target_id       BLOB NOT NULL,
  detail          TEXT NOT NULL,    -- JSON object
  correlation_id  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_age ON audit (at, id);
CREATE INDEX audit_of_target ON audit (target_id, at, id);

CREATE TABLE jobs (
  id           BLOB PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      BLOB NOT NULL,
  state        TEXT NOT NULL,
  run_at       INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  failures     INTEGER NOT NULL DEFAULT 0,
  epoch        INTEGER NOT NULL,
  lease_until  INTEGER,
  last_error   TEXT,
  created_at   INTEGER NOT NULL,
  finished_at  INTEGER,
  origin       TEXT NOT NULL        -- JSON object
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of_subject ON jobs (subject, created_at);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_once ON jobs (kind, subject) WHERE state IN ('queued', 'running');

CREATE TABLE outbox (
  sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id      BLOB NOT NULL UNIQUE,
  type          TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  aggregate     TEXT NOT NULL,
  aggregate_id  BLOB NOT NULL,
  version       INTEGER NOT NULL,
  occurred_at   INTEGER NOT NULL,
  body          TEXT NOT NULL,      -- JSON object: ids and states, never personal text
  origin        TEXT NOT NULL       -- JSON object
) STRICT;
CREATE INDEX outbox_by_age ON outbox (occurred_at);

CREATE TABLE outbox_groups (
  name         TEXT PRIMARY KEY,
  position     INTEGER NOT NULL,
  holder       TEXT,
  lease_until  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_buried (
  group_name  TEXT NOT NULL,
  event_id    BLOB NOT NULL,
  sequence    INTEGER NOT NULL,
  error       TEXT NOT NULL,
  PRIMARY KEY (group_name, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE request_keys (
  owner        TEXT NOT NULL,
  operation    TEXT NOT NULL,
  key          TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  subject      BLOB NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (owner, operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_keys_by_age ON request_keys (at);

CREATE TABLE rate_windows (
  policy   TEXT NOT NULL,
  key      TEXT NOT NULL,
  window   INTEGER NOT NULL,        -- start of the window, in seconds since 1970
  used     INTEGER NOT NULL,
  PRIMARY KEY (policy, key, window)
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_windows_by_age ON rate_windows (window);
