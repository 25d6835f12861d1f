"""A video as a row of its table, and back; and what other stores ask of it."""

from collections.abc import Iterable

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.cluster.turns import OF_A_PAGE, in_turns
from killrvideo.adapters.cassandra.playback.opening_views import balance_of
from killrvideo.adapters.cassandra.tallies.tallies import Amounts
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import LocationType, Totals, Video, VideoStatus, tag_key

SELECT = """
SELECT id, uploader_id, title, title_is_provisional, description, tags, location, location_type, youtube_id,
  thumbnail_url, duration_seconds, content_rating, category, language, status, error, submitted_at,
  updated_at, version, causes, deleted_at, opening_views
FROM videos
"""
GET = f"{SELECT} WHERE id = :id"
SHOWS = "SELECT status, causes FROM videos WHERE id = :id"
ADD = """
INSERT INTO videos (id, uploader_id, submitted_at, title, title_is_provisional, description, tags, location,
  location_type, youtube_id, thumbnail_url, duration_seconds, content_rating, category, language, status,
  error, updated_at, version, causes, deleted_at)
VALUES (:id, :uploader_id, :submitted_at, :title, :title_is_provisional, :description, :tags, :location,
  :location_type, :youtube_id, :thumbnail_url, :duration_seconds, :content_rating, :category, :language,
  :status, :error, :updated_at, :version, :causes, :deleted_at)
USING TIMESTAMP :stamp
"""
READY = VideoStatus.READY.value
NOTHING = Amounts()


def video_guard(video_id: VideoId) -> str:
    """The guard of its version; and where a plan knows the video by, as `Video` or None once it is purged."""
    return f"video:{video_id.hex}"


video_subject = video_guard
"""What its views, ratings and comments are tallied for."""


async def planned_video(session: CassandraSession, plan: Plan, video_id: VideoId) -> Video | None:
    """The video as the plan leaves it so far, in any state; its totals are not read."""
    key = video_guard(video_id)
    if key not in plan.known:
        row = await session.row(GET, {"id": video_id})
        plan.known[key] = video_of(row)
        plan.known[balance_of(video_id)] = (row and row["opening_views"]) or 0
    video = plan.known[key]
    assert video is None or isinstance(video, Video)  # noqa: S101 - whoever plans it, says it right
    return video


async def public_among(session: CassandraSession, video_ids: Iterable[VideoId]) -> set[VideoId]:
    """Those of the videos that the public may see; one round trip for a page, without totals."""
    rows = await _standing(session, video_ids)
    return {id_ for id_, row in rows.items() if row["status"] == READY and row["causes"] == 0}


async def unhidden_among(session: CassandraSession, video_ids: Iterable[VideoId]) -> set[VideoId]:
    """Those of the videos that no cause hides, in any state; one round trip for a page."""
    return {id_ for id_, row in (await _standing(session, video_ids)).items() if row["causes"] == 0}


async def kept_among(session: CassandraSession, video_ids: Iterable[VideoId]) -> set[VideoId]:
    """Those of the videos that were not purged; one round trip for a page."""
    return set(await _standing(session, video_ids))


async def _standing(session: CassandraSession, video_ids: Iterable[VideoId]) -> dict[VideoId, Row]:
    distinct = list(set(video_ids))
    rows = await in_turns(distinct, lambda id_: session.row(SHOWS, {"id": id_}), at_a_time=OF_A_PAGE)
    return {id_: row for id_, row in zip(distinct, rows, strict=True) if row and row["status"] is not None}


def video_of(row: Row | None, amounts: Amounts = NOTHING) -> Video | None:
    """None without a row, or where a late write has left a scrap of one that was purged."""
    return None if row is None or row["version"] is None else read_video(row, amounts)


def read_video(row: Row, amounts: Amounts) -> Video:
    views = (row["opening_views"] or 0) + amounts.views
    return Video(
        id=VideoId(row["id"]),
        uploader_id=AccountId(row["uploader_id"]),
        title=row["title"],
        title_is_provisional=row["title_is_provisional"],
        description=row["description"],
        tags=tuple(row["tags"] or ()),
        location=row["location"],
        location_type=LocationType(row["location_type"]),
        youtube_id=row["youtube_id"],
        thumbnail_url=row["thumbnail_url"],
        duration_seconds=row["duration_seconds"],
        content_rating=row["content_rating"],
        category=row["category"],
        language=row["language"],
        status=VideoStatus(row["status"]),
        error=row["error"],
        submitted_at=aware(row["submitted_at"]),
        updated_at=aware(row["updated_at"]),
        version=row["version"],
        causes=Cause(row["causes"]),
        deleted_at=aware(row["deleted_at"]),
        totals=Totals(views, amounts.ratings, amounts.stars),
    )


def row_of(video: Video) -> dict[str, Value]:
    """The parameters of `ADD`, which also replaces what it said before."""
    return {
        "id": video.id,
        "uploader_id": video.uploader_id,
        "title": video.title,
        "title_is_provisional": video.title_is_provisional,
        "description": video.description,
        "tags": spellings(video),
        "location": video.location,
        "location_type": video.location_type.value,
        "youtube_id": video.youtube_id,
        "thumbnail_url": video.thumbnail_url,
        "duration_seconds": video.duration_seconds,
        "content_rating": video.content_rating,
        "category": video.category,
        "language": video.language,
        "status": video.status.value,
        "error": video.error,
        "submitted_at": video.submitted_at,
        "updated_at": video.updated_at,
        "version": video.version,
        "causes": video.causes.value,
        "deleted_at": video.deleted_at,
    }


def spellings(video: Video) -> list[str]:
    """The tags, each once ignoring case, in the uploader's order."""
    keyed: dict[str, str] = {}
    for tag in video.tags:
        keyed.setdefault(tag_key(tag), tag)
    return list(keyed.values())
