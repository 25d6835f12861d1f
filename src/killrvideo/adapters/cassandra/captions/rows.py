"""Captions as rows, and their texts in parts beside them."""

import asyncio
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.ids import VideoId

PART = 32_768
"""Characters."""

SELECT = """
SELECT video_id, language, label, digest, created_at, updated_at, version, automatic, made_of, turn, upload,
  parts
FROM captions
"""
TRACKS = f"{SELECT} WHERE video_id = :video_id"
GET = f"{SELECT} WHERE video_id = :video_id AND language = :language"
TEXT = "SELECT part, text FROM caption_texts WHERE video_id = :video_id AND upload = :upload"
PUT_PART = """
INSERT INTO caption_texts (video_id, upload, part, text) VALUES (:video_id, :upload, :part, :text)
USING TIMESTAMP :stamp
"""


def track_guard(video_id: VideoId, language: str) -> str:
    """The guard of its version; and where a plan knows the track by, None once it is removed."""
    return f"captions:{video_id.hex}:{language}"


async def planned_tracks(session: CassandraSession, plan: Plan, video_id: VideoId) -> list[CaptionTrack]:
    """The tracks of the video as the plan leaves them so far, read now."""
    rows = await session.rows(TRACKS, {"video_id": video_id})
    there = [track for row in rows if (track := track_of(row)) is not None]
    tracks: dict[str, object] = {track_guard(video_id, track.language): track for track in there}
    begins = track_guard(video_id, "")
    tracks |= {key: track for key, track in plan.known.items() if key.startswith(begins)}
    return [track for track in tracks.values() if isinstance(track, CaptionTrack)]


def track_of(row: Row | None) -> CaptionTrack | None:
    """None for one that was removed."""
    if row is None or row["version"] is None:
        return None
    return CaptionTrack(
        video_id=VideoId(row["video_id"]),
        language=row["language"],
        label=row["label"],
        digest=row["digest"],
        created_at=aware(row["created_at"]),
        updated_at=aware(row["updated_at"]),
        version=row["version"],
        automatic=bool(row["automatic"]),
        made_of=row["made_of"],
    )


async def captions_of(session: CassandraSession, row: Row) -> Captions | None:
    """With the text; None for what was removed, or replaced a moment ago."""
    track = track_of(row)
    if track is None:
        return None
    found = await session.all_rows(TEXT, {"video_id": row["video_id"], "upload": row["upload"]}, fetch=10)
    if len(found) != row["parts"]:
        return None
    return Captions(track=track, text="".join(part["text"] for part in found))


async def write_text(
    session: CassandraSession, video_id: VideoId, upload: UUID, text: str, stamp: int
) -> int:
    """In how many parts."""
    parts = [text[at : at + PART] for at in range(0, len(text), PART)]
    key = {"video_id": video_id, "upload": upload, "stamp": stamp}
    await asyncio.gather(
        *(session.write(PUT_PART, {**key, "part": number, "text": part}) for number, part in enumerate(parts))
    )
    return len(parts)
