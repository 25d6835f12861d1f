"""What stands on the disk of a site whose server was killed while films were made."""

import hashlib
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.media_bodies import read_media
from killrvideo.bootstrap.files import MEDIA_FOLDER
from killrvideo.bootstrap.stores import STORE_FILE
from killrvideo.domain.hls import key_frame_name
from killrvideo.domain.media import Media
from killrvideo.features.housekeeping import MARK_KEY
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import PATIENCE, content, keys

STATES = "SELECT status, count(*) FROM videos GROUP BY status"
FAILED = "SELECT id, error FROM videos WHERE status = 'ERROR'"
PUBLISHED = "SELECT aggregate_id FROM outbox WHERE type = 'VideoPublished'"
PIECES = "SELECT key FROM upload_parts WHERE upload_id = ? ORDER BY start"
ALL_PIECES = "SELECT key FROM upload_parts"
MEDIA = "SELECT body FROM media"


class FilmStore:
    def __init__(self, folder: Path) -> None:
        self._store = folder / STORE_FILE
        self._blobs: BlobStore = open_blobs((folder / MEDIA_FOLDER).as_uri(), PATIENCE)

    def states(self) -> dict[str, int]:
        return {str(state): int(number) for state, number in self._rows(STATES)}

    def failed(self) -> list[str]:
        return [f"{UUID(bytes=video_id)}: {error}" for video_id, error in self._rows(FAILED)]

    def published_twice(self) -> list[str]:
        told = Counter(str(UUID(bytes=video_id)) for (video_id,) in self._rows(PUBLISHED))
        return [video_id for video_id, times in told.items() if times != 1]

    async def digest_of(self, video_id: str) -> str:
        """Of the file as it was kept."""
        digest = hashlib.sha256()
        for (key,) in self._rows(PIECES, (UUID(video_id).bytes,)):
            digest.update(await content(self._blobs, key))
        return digest.hexdigest()

    async def orphans(self) -> list[str]:
        """Files that nothing leads to."""
        wanted = {str(key) for (key,) in self._rows(ALL_PIECES)}
        for (body,) in self._rows(MEDIA):
            wanted |= await self._files_of(read_media(body))
        return sorted(set(await keys(self._blobs)) - wanted - {MARK_KEY})

    async def missing(self) -> list[str]:
        """Files that something leads to and that are not there."""
        there, lacking = set(await keys(self._blobs)), []
        for (body,) in self._rows(MEDIA):
            lacking += sorted(await self._files_of(read_media(body)) - there)
        return lacking

    async def _files_of(self, media: Media) -> set[str]:
        names = [picture.name for picture in media.pictures]
        names += media.storyboard.sheets if media.storyboard else ()
        streams = [*media.renditions, *([media.sound] if media.sound else ())]
        playlists = [f"{stream.name}.m3u8" for stream in streams]
        playlists += [key_frame_name(one.name) for one in media.renditions if one.key_frame_peak]
        for playlist in playlists:
            names += await self._named_in(f"{media.prefix}/{playlist}")
        notes = await keys(self._blobs, f"{media.prefix}/groups")
        return {f"{media.prefix}/{name}" for name in (*names, *playlists)} | set(notes)

    async def _named_in(self, playlist: str) -> list[str]:
        lines = (await content(self._blobs, playlist)).decode().splitlines()
        quoted = [line.split('URI="')[1].split('"')[0] for line in lines if "EXT-X-MAP" in line]
        return [*quoted, *(line for line in lines if line and not line.startswith("#"))]

    def _rows(self, statement: str, params: tuple[bytes, ...] = ()) -> list[tuple[Any, ...]]:
        with closing(apsw.Connection(str(self._store))) as connection:
            return connection.execute(statement, params).fetchall()
