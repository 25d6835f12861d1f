"""A search filter as a condition on the table of videos."""

import orjson

from killrvideo.adapters.sqlite.database import Binding
from killrvideo.domain.instants import to_millis
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import tag_key

# The row v of videos, and the parameters of `filters_of` from the second on.
PASSES = """
(?2 IS NULL OR v.category = ?2)
AND (?3 IS NULL OR v.language = ?3)
AND (?4 IS NULL OR v.uploader_id = ?4)
AND (?5 IS NULL OR round(1.0 * v.stars / v.ratings, 2) >= ?5)
AND (?6 IS NULL OR v.submitted_at >= ?6)
AND (?7 IS NULL OR v.submitted_at < ?7)
AND (?8 IS NULL OR NOT EXISTS (
  SELECT 1 FROM json_each(?8) AS asked WHERE NOT EXISTS (
    SELECT 1 FROM video_tags AS t
    WHERE t.tag_key = asked.value AND t.submitted_at = v.submitted_at AND t.video_id = v.id)))
"""


def filters_of(chosen: SearchFilter) -> tuple[Binding, ...]:
    since, until = chosen.submitted_from, chosen.submitted_to
    return (
        chosen.category,
        chosen.language,
        None if chosen.uploader_id is None else chosen.uploader_id.bytes,
        chosen.minimum_rating,
        None if since is None else to_millis(since),
        None if until is None else to_millis(until),
        orjson.dumps([tag_key(tag) for tag in chosen.tags]).decode() if chosen.tags else None,
    )
