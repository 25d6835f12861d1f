"""All videos that an account has not met, ordered by the tags it likes."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest, page_by_rank
from killrvideo.domain.search import SearchHit
from killrvideo.domain.taste import likes_of

MILLIS_OF_LATE = 7 * 24 * 60 * 60 * 1000
"""Views of late are those of the last seven days in which there were any."""

# Three lists, one after the other: tags that are liked (more than its others are shunned), then views of
# late, then the newest. SQLite computes the next only when the page reaches it; the limits in between keep
# it from mixing them.
BY_TASTE = """
WITH met AS MATERIALIZED (
  SELECT video_id FROM views WHERE viewer_id = ?1
  UNION SELECT video_id FROM ratings WHERE account_id = ?1
  UNION SELECT id FROM videos WHERE uploader_id = ?1
),
liked AS MATERIALIZED (
  SELECT t.video_id, t.submitted_at, sum(likes.value) AS weight
  FROM json_each(?2) AS likes CROSS JOIN video_tags AS t ON t.tag_key = likes.key
  GROUP BY t.video_id HAVING weight > 0
),
late AS MATERIALIZED (
  SELECT video_id, sum(views) AS views FROM hourly_views
  WHERE hour > (SELECT max(hour) FROM hourly_views) - ?3
  GROUP BY +video_id
)
SELECT * FROM (
  SELECT liked.video_id, liked.weight FROM liked LEFT JOIN late ON late.video_id = liked.video_id
  WHERE liked.video_id NOT IN met
  ORDER BY liked.weight DESC, coalesce(late.views, 0) DESC, liked.submitted_at DESC, liked.video_id DESC
  LIMIT -1
)
UNION ALL SELECT * FROM (
  SELECT v.id, 0.0 FROM late CROSS JOIN videos AS v ON v.id = late.video_id
  WHERE v.public AND v.id NOT IN met AND v.id NOT IN (SELECT video_id FROM liked)
  ORDER BY late.views DESC, v.submitted_at DESC, v.id DESC
  LIMIT -1
)
UNION ALL SELECT * FROM (
  SELECT v.id, 0.0 FROM videos AS v
  WHERE v.public AND v.id NOT IN met
    AND v.id NOT IN (SELECT video_id FROM liked) AND v.id NOT IN (SELECT video_id FROM late)
  ORDER BY v.submitted_at DESC, v.id DESC
  LIMIT -1
)
LIMIT ?4 OFFSET ?5
"""
COUNT = """
SELECT (SELECT amount FROM totals WHERE name = 'public videos') - (
  SELECT count(*) FROM videos WHERE public AND id IN (
    SELECT video_id FROM views WHERE viewer_id = ?1
    UNION SELECT video_id FROM ratings WHERE account_id = ?1
    UNION SELECT id FROM videos WHERE uploader_id = ?1
  )
)
"""


async def by_taste(
    database: Database, tag_weights: Mapping[str, float], unseen_by: AccountId, wanted: PageRequest
) -> Page[SearchHit]:
    likes = likes_of(tag_weights)
    weights = orjson.dumps(likes.weights).decode()
    asked = (unseen_by.bytes, weights, MILLIS_OF_LATE, wanted.size, wanted.offset)
    rows = await database.scan(BY_TASTE, asked)
    [[total]] = await database.scan(COUNT, (unseen_by.bytes,))
    hits = [SearchHit(VideoId(UUID(bytes=found)), likes.score(weight)) for found, weight in rows]
    return page_by_rank(hits, total, wanted)
