"""Scratch files in a folder of this machine, one for each video."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO
from uuid import UUID

from killrvideo.domain.errors import BlobNotFound, DiskFull, ToolFailed
from killrvideo.domain.ids import VideoId
from killrvideo.domain.uploads import MEGABYTE, PART_BYTES, Part
from killrvideo.service_interfaces.blobs import BlobStore

SOURCE = "source"
WORK = "work-"
"""How names of folders begin in which something is made."""
SPARE = 512 * MEGABYTE
"""Bytes of the disk that are left to others."""
AGAIN_AFTER = 300.0
"""Seconds."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a system says of a disk, or of somebody's share of it."""
NO_ROOM = "There is no room to work on this file at the moment."
MISSING = "A piece of the file could not be read; we try again."


class FolderScratch:
    def __init__(self, root: Path, blobs: BlobStore, *, free: Callable[[Path], int] | None = None) -> None:
        """``free`` tells the bytes that are free on the disk of a folder."""
        self._root = root
        self._blobs = blobs
        self._free = free or _free
        self._in_use = 0

    async def file_of(self, video_id: VideoId, parts: Sequence[Part]) -> Path:
        file = self._of(video_id) / SOURCE
        size = sum(part.size for part in parts)
        if file.exists() and file.stat().st_size == size:
            os.utime(file.parent)
            return file
        # Another worker may bring it at the same time: whoever is last replaces it by the same.
        async with self.folder(video_id, room=size) as folder:
            draft = folder / SOURCE
            await self._bring(parts, draft)
            draft.replace(file)
        return file

    @asynccontextmanager
    async def folder(self, video_id: VideoId, room: int = 0) -> AsyncIterator[Path]:
        with full_is_no_fault():
            self._of(video_id).mkdir(parents=True, exist_ok=True)
            with self._promised(room):
                folder = Path(mkdtemp(dir=self._of(video_id), prefix=WORK))
                try:
                    yield folder
                finally:
                    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    @contextmanager
    def _promised(self, room: int) -> Iterator[None]:
        """Keeps room from others of this process until the end. Raises DiskFull."""
        if self._free(self._root) < self._in_use + room + SPARE:
            raise DiskFull(NO_ROOM, retry_after=AGAIN_AFTER)
        self._in_use += room
        try:
            yield
        finally:
            self._in_use -= room

    async def clear(self, video_id: VideoId) -> None:
        await asyncio.to_thread(shutil.rmtree, self._of(video_id), ignore_errors=True)

    async def unused(self, before: datetime) -> Sequence[VideoId]:
        return await asyncio.to_thread(self._unused, before.timestamp())

    def _unused(self, before: float) -> list[VideoId]:
        if not self._root.exists():
            return []
        found = {_video_of(folder): folder for folder in self._root.iterdir()}
        return [video_id for video_id, folder in found.items() if video_id and _last_used(folder) < before]

    async def _bring(self, parts: Sequence[Part], draft: Path) -> None:
        try:
            with draft.open("wb") as file:
                for part in parts:
                    await self._bring_part(part, file)
        except BlobNotFound:
            raise ToolFailed(MISSING) from None

    async def _bring_part(self, part: Part, file: BinaryIO) -> None:
        if not part.size:
            return
        reading = await self._blobs.read(part.key, chunk_bytes=PART_BYTES)
        if reading.info.size != part.size:
            raise ToolFailed(MISSING)
        async for chunk in reading.chunks:
            await asyncio.to_thread(file.write, chunk)

    def _of(self, video_id: VideoId) -> Path:
        return self._root / str(video_id)


@contextmanager
def full_is_no_fault() -> Iterator[None]:
    """A disk that takes no more is no fault of a film's: there is another try. Raises DiskFull."""
    try:
        yield
    except OSError as why:
        if why.errno in FULL:
            raise DiskFull(NO_ROOM, retry_after=AGAIN_AFTER) from why
        raise


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _video_of(folder: Path) -> VideoId | None:
    """None for what is not ours: others may keep their things beside it."""
    try:
        video_id = VideoId(UUID(folder.name))
        entries = [*folder.iterdir()]
    except (ValueError, OSError):
        return None
    is_ours = all(entry.name == SOURCE or entry.name.startswith(WORK) for entry in entries)
    return video_id if is_ours and folder.name == str(video_id) else None


def _last_used(folder: Path) -> float:
    """The last time of anything in it; that of the folder does not change while a file in it grows."""
    times = [0.0]
    for path in (folder, *folder.rglob("*")):
        # What is being worked on comes and goes.
        with suppress(FileNotFoundError):
            times.append(path.stat().st_mtime)
    return max(times)
