"""What was made of videos, in SQLite: a row each."""

from killrvideo.adapters.media_bodies import media_text, read_media
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media
from killrvideo.service_interfaces.units import UnitOfWork

GET = "SELECT body FROM media WHERE video_id = ?"
# A first version meets no row, a later one its predecessor: else nothing changes.
PUT = """
INSERT INTO media (video_id, version, body) SELECT ?1, ?2, ?3 FROM videos WHERE id = ?1
ON CONFLICT (video_id) DO UPDATE SET version = excluded.version, body = excluded.body
WHERE media.version = excluded.version - 1
"""


class SqliteMediaStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, video_id: VideoId) -> Media | None:
        row = self._database.row(GET, (video_id.bytes,))
        return None if row is None else read_media(row[0])

    def put(self, work: UnitOfWork, media: Media) -> None:
        row = (media.video_id.bytes, media.version, media_text(media))
        statements(work).run(PUT, row, unless_changed=StaleVersion)
