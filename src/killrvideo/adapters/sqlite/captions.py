"""Captions in SQLite: a row each, the text in it."""

from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.units import UnitOfWork

COLUMNS = "video_id, language, label, digest, created_at, updated_at, version, automatic, made_of"
SELECT_CAPTIONS = f"SELECT {COLUMNS}, text FROM captions"  # noqa: S608 - constants
GET = f"{SELECT_CAPTIONS} WHERE video_id = ? AND language = ?"
TRACKS = f"SELECT {COLUMNS} FROM captions WHERE video_id = ? ORDER BY language"  # noqa: S608 - constants
# A first version meets no row, a later one its predecessor: else nothing changes.
PUT = """
INSERT INTO captions (
  video_id, language, label, digest, created_at, updated_at, version, automatic, made_of, text
)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM videos WHERE id = ?1
ON CONFLICT (video_id, language) DO UPDATE SET
  label = excluded.label, digest = excluded.digest, updated_at = excluded.updated_at,
  version = excluded.version, automatic = excluded.automatic, made_of = excluded.made_of,
  text = excluded.text
WHERE captions.version = excluded.version - 1
"""
REMOVE = "DELETE FROM captions WHERE video_id = ? AND language = ? AND version = ?"


class SqliteCaptionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, video_id: VideoId, language: str) -> Captions | None:
        row = self._database.row(GET, (video_id.bytes, language))
        return None if row is None else captions_of(row)

    async def tracks(self, video_id: VideoId) -> Sequence[CaptionTrack]:
        return [_track(row) for row in self._database.rows(TRACKS, (video_id.bytes,))]

    def put(self, work: UnitOfWork, captions: Captions) -> None:
        track = captions.track
        key = (track.video_id.bytes, track.language, track.label, track.digest)
        updated_at = None if track.updated_at is None else to_millis(track.updated_at)
        made = (track.version, track.automatic, track.made_of)
        values = (*key, to_millis(track.created_at), updated_at, *made, captions.text)
        statements(work).run(PUT, values, unless_changed=StaleVersion)

    def remove(self, work: UnitOfWork, track: CaptionTrack) -> None:
        key = (track.video_id.bytes, track.language, track.version)
        statements(work).run(REMOVE, key, unless_changed=StaleVersion)


def captions_of(row: Row) -> Captions:
    return Captions(track=_track(row), text=row[9])


def _track(row: Row) -> CaptionTrack:
    return CaptionTrack(
        video_id=VideoId(UUID(bytes=row[0])),
        language=row[1],
        label=row[2],
        digest=row[3],
        created_at=from_millis(row[4]),
        updated_at=None if row[5] is None else from_millis(row[5]),
        version=row[6],
        automatic=bool(row[7]),
        made_of=row[8],
    )
