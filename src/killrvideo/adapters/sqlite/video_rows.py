"""A video as a row of its table, and back."""

from uuid import UUID

import orjson

from killrvideo.adapters.sqlite.database import Binding, Row
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.removals import Cause
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import LocationType, Totals, Video, VideoStatus, tag_key

SELECT_VIDEO = """
SELECT v.id, v.uploader_id, v.title, v.title_is_provisional, v.description, v.tags, v.location,
  v.location_type, v.youtube_id, v.thumbnail_url, v.duration_seconds, v.content_rating, v.category,
  v.language, v.status, v.error, v.submitted_at, v.updated_at, v.version, v.causes, v.deleted_at,
  v.views, v.ratings, v.stars
FROM videos AS v
"""
"""Columns in the order in which `video_of` reads them; the rest of the statement follows."""

STATUSES = {status.value: status for status in VideoStatus}
LOCATION_TYPES = {kind.value: kind for kind in LocationType}
CAUSES = {number: Cause(number) for number in range(2 * max(Cause))}


def video_of(row: Row) -> Video:
    return Video(
        id=VideoId(UUID(bytes=row[0])),
        uploader_id=AccountId(UUID(bytes=row[1])),
        title=row[2],
        title_is_provisional=row[3] == 1,
        description=row[4],
        tags=tuple(orjson.loads(row[5]).values()),
        location=row[6],
        location_type=LOCATION_TYPES[row[7]],
        youtube_id=row[8],
        thumbnail_url=row[9],
        duration_seconds=row[10],
        content_rating=row[11],
        category=row[12],
        language=row[13],
        status=STATUSES[row[14]],
        error=row[15],
        submitted_at=from_millis(row[16]),
        updated_at=None if row[17] is None else from_millis(row[17]),
        version=row[18],
        causes=CAUSES[row[19]],
        deleted_at=None if row[20] is None else from_millis(row[20]),
        totals=Totals(row[21], row[22], row[23]),
    )


def tags_text(video: Video) -> str:
    """The tags as they are kept: each spelling under its case-folded key, in the uploader's order."""
    keyed: dict[str, str] = {}
    for tag in video.tags:
        keyed.setdefault(tag_key(tag), tag)
    return orjson.dumps(keyed).decode()


def what_changes(video: Video) -> tuple[Binding, ...]:
    """Columns that an edit can change, in the order of the statements that write them."""
    return (
        video.title,
        video.title_is_provisional,
        video.description,
        tags_text(video),
        video.location,
        video.location_type.value,
        video.youtube_id,
        video.thumbnail_url,
        video.duration_seconds,
        video.content_rating,
        video.category,
        video.language,
        video.status.value,
        video.error,
        None if video.updated_at is None else to_millis(video.updated_at),
        video.version,
        video.causes.value,
        None if video.deleted_at is None else to_millis(video.deleted_at),
        digest_of(text_of(video)),
    )
