"""Videos like a given one: how many tags they share, and how well the words that are rare here fit.

Every step looks at a bounded number of candidates, so a large catalogue costs no more than a small one.
"""

from collections.abc import Sequence
from uuid import UUID

import orjson

from killrvideo.adapters.sqlite import words
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.ids import VideoId
from killrvideo.domain.likeness import Likenesses, most_alike, sharing
from killrvideo.domain.search import SearchHit
from killrvideo.domain.videos import Video, tag_key
from killrvideo.domain.words import words_of

NEWEST_OF_A_TAG = 100
"""Candidates that one tag brings."""
WORDS_LOOKED_UP = 32
"""First words of title and description whose rarity is asked for."""

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


async def similar(database: Database, video: Video, limit: int) -> Sequence[SearchHit]:
    by_tags = await _sharing_tags(database, [tag_key(tag) for tag in video.tags])
    by_words = await _sharing_words(database, f"{video.title} {video.description or ''}")
    others = [one for one in most_alike(by_tags, by_words) if one[0] != video.id.bytes]
    return [SearchHit(VideoId(UUID(bytes=found)), score) for found, score in others[:limit]]


async def _sharing_tags(database: Database, own: Sequence[str]) -> Likenesses[bytes]:
    rows = await database.scan(SHARING_TAGS, (orjson.dumps(own).decode(), NEWEST_OF_A_TAG))
    return {
        video_id: (submitted, sharing(shared, len(own), tags)) for video_id, submitted, shared, tags in rows
    }


async def _sharing_words(database: Database, text: str) -> Likenesses[bytes]:
    """How well the rare words fit, measured by the best match: as a rule the video's with itself."""
    looked_up = [f'"{word}"' for word in words_of(text)[:WORDS_LOOKED_UP]]
    rare = [word for [word] in await database.scan(RARE_WORDS, (orjson.dumps(looked_up).decode(),))]
    rows = await database.scan(SHARING_WORDS, (words.some(rare),)) if rare else []
    return {found: (submitted, worth / rows[0][2]) for found, submitted, worth in rows}
