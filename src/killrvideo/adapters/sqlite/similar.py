"""Videos like a given one: how many tags they share, and how well the words that are rare here fit.

Every step looks at a bounded number of candidates, so a large catalogue costs no more than a small one.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from killrvideo.adapters.sqlite import words
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchHit

TAGS_WEIGH = 0.6
WORDS_WEIGH = 0.4
NEWEST_OF_A_TAG = 100
"""Candidates that one tag brings."""
WORDS_LOOKED_UP = 32
"""First words of title and description whose rarity is asked for."""

SUBJECT = "SELECT title, description, tags FROM videos WHERE id = ?"

SHARING_TAGS = """
WITH candidates AS MATERIALIZED (
  SELECT DISTINCT unhex(newest.value) AS video_id
  FROM json_each(?1) AS own CROSS JOIN json_each((
    SELECT json_group_array(hex(video_id)) FROM (
      SELECT video_id FROM video_tags WHERE tag_key = own.value
      ORDER BY submitted_at DESC, video_id DESC LIMIT ?2
    )
  )) AS newest
)
SELECT t.video_id, t.submitted_at, total(t.tag_key IN (SELECT value FROM json_each(?1))), count(*)
FROM candidates CROSS JOIN video_tags AS t ON t.video_id = candidates.video_id
GROUP BY t.video_id
"""
# A word in only one video tells of no other; one in more than a thousand tells too little.
RARE_WORDS = """
WITH counted AS MATERIALIZED (
  SELECT value AS word, (
    SELECT count(*) FROM (SELECT 1 FROM video_text WHERE video_text MATCH value LIMIT 1001)
  ) AS videos
  FROM json_each(?)
)
SELECT word FROM counted WHERE videos BETWEEN 2 AND 1000 ORDER BY videos LIMIT 8
"""
SHARING_WORDS = """
SELECT v.id, v.submitted_at, -bm25(video_text, 10.0, 5.0, 1.0) AS worth
FROM video_text CROSS JOIN videos AS v ON v.seq = video_text.rowid
WHERE video_text MATCH ? ORDER BY worth DESC LIMIT 200
"""

Candidates = Mapping[bytes, tuple[int, float]]
"""When each was submitted, and how alike it is in one respect, in [0, 1]."""


async def similar(database: Database, video_id: VideoId, limit: int) -> Sequence[SearchHit]:
    subject = database.row(SUBJECT, (video_id.bytes,))
    if subject is None:
        return []
    title, description, tags = subject
    by_tags = await _sharing_tags(database, list(orjson.loads(tags)))
    by_words = await _sharing_words(database, f"{title} {description or ''}")
    return _best(by_tags, by_words, video_id)[:limit]


async def _sharing_tags(database: Database, own: Sequence[str]) -> Candidates:
    """Jaccard index of the two sets of tags."""
    rows = await database.scan(SHARING_TAGS, (orjson.dumps(own).decode(), NEWEST_OF_A_TAG))
    return {
        video_id: (submitted, shared / (len(own) + tags - shared))
        for video_id, submitted, shared, tags in rows
    }


async def _sharing_words(database: Database, text: str) -> Candidates:
    """How well the rare words fit, measured by the best match: as a rule the video's with itself."""
    looked_up = [f'"{word}"' for word in words.words_of(text)[:WORDS_LOOKED_UP]]
    rare = [word for [word] in await database.scan(RARE_WORDS, (orjson.dumps(looked_up).decode(),))]
    rows = await database.scan(SHARING_WORDS, (words.some(rare),)) if rare else []
    return {found: (submitted, worth / rows[0][2]) for found, submitted, worth in rows}


def _best(by_tags: Candidates, by_words: Candidates, but: VideoId) -> list[SearchHit]:
    scored = []
    for video_id in (by_tags.keys() | by_words.keys()) - {but.bytes}:
        submitted, tags = by_tags.get(video_id, (0, 0.0))
        submitted, fit = by_words.get(video_id, (submitted, 0.0))
        scored.append((TAGS_WEIGH * tags + WORDS_WEIGH * fit, submitted, video_id))
    return [SearchHit(VideoId(UUID(bytes=found)), score) for score, _, found in sorted(scored, reverse=True)]
