"""Whether what a store holds fits together: every total is that of its rows, every index that of its table.

Each check is a sentence that says what is wrong, and the statement that finds the rows with which it is.
"""

from contextlib import closing
from pathlib import Path

import apsw

from killrvideo.bootstrap.stores import STORE_FILE


def _differ(kept: str, counted: str) -> str:
    return f"SELECT * FROM ({kept} EXCEPT {counted}) UNION ALL SELECT * FROM ({counted} EXCEPT {kept})"


ALWAYS = {
    "A video's views are not those of its rows": """
        SELECT id FROM videos AS v
        WHERE views <> opening_views + (SELECT count(*) FROM views WHERE video_id = v.id)""",
    "A video's ratings are not those of its rows": """
        SELECT id FROM videos AS v WHERE (ratings, stars) <> (
          SELECT count(*), coalesce(sum(stars), 0) FROM ratings WHERE video_id = v.id)""",
    "The number of public videos is wrong": """
        SELECT amount FROM totals
        WHERE name = 'public videos' AND amount <> (SELECT count(*) FROM videos WHERE public)""",
    "The text index is not that of the public videos": _differ(
        "SELECT rowid, title, coalesce(tags, ''), coalesce(description, '') FROM video_text",
        """SELECT seq, title, coalesce((SELECT group_concat(value, ' ') FROM json_each(tags)), ''),
             coalesce(description, '') FROM videos WHERE public""",
    ),
    "The tags are not those of the public videos": _differ(
        "SELECT tag_key, submitted_at, video_id, tag FROM video_tags",
        """SELECT t.key, v.submitted_at, v.id, t.value FROM videos AS v, json_each(v.tags) AS t
           WHERE v.public""",
    ),
    "The use of a tag is not that of its rows": _differ(
        "SELECT tag_key, tag, videos FROM tag_spellings",
        "SELECT tag_key, tag, count(*) FROM video_tags GROUP BY 1, 2",
    ),
    "A video's causes are not its removals": """
        SELECT id FROM videos AS v WHERE (causes, deleted_at) IS NOT (
          SELECT coalesce(sum(cause), 0), min(at) FROM removals
          WHERE content_type = 'video' AND content_id = v.id)""",
    "A comment's causes are not its removals": """
        SELECT id FROM comments AS c WHERE (causes, deleted_at) IS NOT (
          SELECT coalesce(sum(cause), 0), min(at) FROM removals
          WHERE content_type = 'comment' AND content_id = c.id)""",
    "Something is removed that is not there": """
        SELECT content_id FROM removals
        WHERE content_id NOT IN (SELECT id FROM videos UNION ALL SELECT id FROM comments)""",
    "A video is in ERROR without a reason, or has one and is not": """
        SELECT id FROM videos WHERE (status = 'ERROR') <> (error IS NOT NULL)""",
    "What an erased account said still shows": """
        SELECT id FROM accounts AS a WHERE status = 'erased' AND (
          EXISTS (SELECT 1 FROM videos WHERE uploader_id = a.id AND causes & 4 = 0)
          OR EXISTS (SELECT 1 FROM comments WHERE author_id = a.id AND causes & 4 = 0))""",
    "What an erased account did still has its name": """
        SELECT id FROM accounts AS a WHERE status = 'erased' AND (
          EXISTS (SELECT 1 FROM activity WHERE account_id = a.id)
          OR EXISTS (SELECT 1 FROM views WHERE viewer_id = a.id)
          OR EXISTS (SELECT 1 FROM watch_time WHERE viewer_id = a.id))""",
    "The bytes of an upload are not those of its pieces": """
        SELECT id FROM uploads AS u WHERE kind <> 'final' AND (offset, parts) <> (
          SELECT coalesce(sum(size), 0), count(*) FROM upload_parts WHERE upload_id = u.id)""",
    "An upload is joined of some that were not given for it": """
        SELECT u.id FROM uploads AS u, json_each(u.joined) AS j
        WHERE unhex(replace(j.value, '-', '')) NOT IN (SELECT id FROM uploads WHERE kind = 'joined')""",
    "A row refers to one that is not there": "SELECT * FROM pragma_foreign_key_check",
    "The file is damaged": "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
}
WHILE_NOTHING_IS_PURGED = {
    "A complete upload is no video": """
        SELECT id FROM uploads WHERE kind IN ('whole', 'final') AND offset = length
          AND id NOT IN (SELECT id FROM videos)""",
    "The views of an hour are not those of its rows": _differ(
        "SELECT hour, video_id, views FROM hourly_views",
        "SELECT at / 3600000 * 3600000, video_id, count(*) FROM views GROUP BY 1, 2",
    ),
    "An account was not announced once": """
        SELECT id FROM accounts AS a
        WHERE 1 <> (SELECT count(*) FROM outbox WHERE type = 'AccountRegistered' AND aggregate_id = a.id)""",
    "A video was not announced once": """
        SELECT id FROM videos AS v
        WHERE 1 <> (SELECT count(*) FROM outbox WHERE type = 'VideoSubmitted' AND aggregate_id = v.id)""",
    "A video was not published once, or is not READY and was": """
        SELECT id FROM videos AS v WHERE (status = 'READY') <> (
          SELECT count(*) FROM outbox WHERE type = 'VideoPublished' AND aggregate_id = v.id)""",
    "A comment was not announced once": """
        SELECT id FROM comments AS c
        WHERE 1 <> (SELECT count(*) FROM outbox WHERE type = 'CommentPosted' AND aggregate_id = c.id)""",
    "A flag was not announced once": """
        SELECT id FROM flags AS f
        WHERE 1 <> (SELECT count(*) FROM outbox WHERE type = 'ContentFlagged' AND aggregate_id = f.id)""",
    "A view was not announced once": """
        SELECT id FROM videos AS v
        WHERE (SELECT count(*) FROM views WHERE video_id = v.id) <> (
          SELECT count(*) FROM outbox WHERE type = 'VideoViewed' AND aggregate_id = v.id)""",
    "A rating was never announced": """
        SELECT video_id, account_id FROM ratings WHERE (video_id, account_id) NOT IN (
          SELECT aggregate_id, unhex(replace(body ->> 'account_id', '-', '')) FROM outbox
          WHERE type = 'VideoRated')""",
    "A comment is not once in its author's activity": """
        SELECT c.id FROM comments AS c JOIN accounts AS a ON a.id = c.author_id
        WHERE a.status <> 'erased' AND 1 <> (SELECT count(*) FROM activity WHERE comment_id = c.id)""",
    "The views of somebody are not in the activity": _differ(
        "SELECT account_id, video_id, count(*) FROM activity WHERE kind = 'view' GROUP BY 1, 2",
        """SELECT viewer_id, video_id, count(*) FROM views WHERE viewer_id IS NOT NULL GROUP BY 1, 2""",
    ),
    "A rating is not in the activity": """
        SELECT r.video_id, r.account_id FROM ratings AS r JOIN accounts AS a ON a.id = r.account_id
        WHERE a.status <> 'erased' AND NOT EXISTS (
          SELECT 1 FROM activity WHERE kind = 'rate' AND video_id = r.video_id AND account_id = a.id)""",
    "An idempotency key stands for something that is not there": """
        SELECT operation, subject FROM request_keys WHERE subject NOT IN (
          SELECT id FROM accounts UNION SELECT id FROM videos UNION SELECT id FROM comments
          UNION SELECT id FROM flags UNION SELECT id FROM views UNION SELECT id FROM watch_time
          UNION SELECT id FROM uploads
          UNION SELECT o.aggregate_id FROM outbox AS o JOIN experiments AS e ON e.key = o.body ->> 'key')""",
}
AT_REST = {
    "A video is not finished, and nothing is done about it": """
        SELECT id FROM videos WHERE status IN ('PENDING', 'PROCESSING') AND causes = 0
          AND id NOT IN (SELECT subject FROM jobs WHERE state IN ('queued', 'running'))""",
    "There is work to do for a video that needs none": """
        SELECT subject FROM jobs
        WHERE kind LIKE 'video.%' AND kind <> 'video.forget' AND state IN ('queued', 'running')
          AND subject NOT IN (SELECT id FROM videos WHERE status IN ('PENDING', 'PROCESSING'))""",
    "What a video was made of is kept, and it is no more": """
        SELECT id FROM uploads WHERE kind IN ('whole', 'final') AND length = offset
          AND id NOT IN (SELECT id FROM videos)
          AND id NOT IN (
            SELECT subject FROM jobs WHERE kind = 'video.forget' AND state IN ('queued', 'running'))""",
}
"""Holds once every event is handed out and every job done."""
DAMAGED_TEXT_INDEX = "The text index does not find what it holds"
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
TABLES_OF_LATER = frozenset({"experiments", "uploads"})
CHECK_TEXT_INDEX = "INSERT INTO video_text (video_text) VALUES ('integrity-check')"


def faults(folder: Path, *, purged: bool = False, at_rest: bool = False) -> list[str]:
    """What is wrong with the store in the folder, each with the rows that show it; nothing, hopefully."""
    checks = {
        **ALWAYS,
        **({} if purged else WHILE_NOTHING_IS_PURGED),
        **(AT_REST if at_rest else {}),
    }
    with closing(apsw.Connection(str(folder / STORE_FILE))) as connection:
        there = {str(name) for [name] in connection.execute(TABLES)}
        asked = {sentence: sql for sentence, sql in checks.items() if there.issuperset(_of_later(sql))}
        found = {sentence: connection.execute(sql).fetchall() for sentence, sql in asked.items()}
        said = [f"{sentence}: {_spelled(rows)}" for sentence, rows in found.items() if rows]
        return [*said, *_faults_of_text_index(connection)]


def _of_later(sql: str) -> frozenset[str]:
    """The tables that it reads and that a store whose first start was cut off need not have."""
    return TABLES_OF_LATER & {*sql.split()}


def _faults_of_text_index(connection: apsw.Connection) -> list[str]:
    try:
        connection.execute(CHECK_TEXT_INDEX)
    except apsw.CorruptError:
        return [DAMAGED_TEXT_INDEX]
    return []


def _spelled(rows: list[tuple[object, ...]]) -> str:
    """The first few, with ids in hexadecimal."""
    readable = [tuple(part.hex() if isinstance(part, bytes) else part for part in row) for row in rows[:5]]
    return ", ".join(map(repr, readable))
