"""Keeping what arrives: a piece becomes a blob, and then it counts."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from killrvideo.domain.errors import (
    ChecksumMismatch,
    OffsetMismatch,
    StaleVersion,
    UploadTaken,
    UploadTooLarge,
)
from killrvideo.domain.events import Origin
from killrvideo.domain.uploads import (
    PART_BYTES,
    PART_SECONDS,
    Checksum,
    Part,
    Upload,
    UploadLimits,
    prefix_of,
)
from killrvideo.features.uploads.arriving import Arriving
from killrvideo.features.uploads.under_way import Hand
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork

Finish = Callable[[UnitOfWork, Upload], None]
"""Adds to the unit what follows from the last piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Bytes on their way in."""

    offset: int
    """Where in the file they begin."""
    body: AsyncIterator[bytes]
    """Ends early where the connection is lost: what came is kept, unless a checksum says what was to come."""
    size: int | None = None
    """Bytes, where it is told."""
    checksum: Checksum | None = None
    length: int | None = None
    """Of the whole file, where it is told only now."""


class Intake:
    def __init__(
        self,
        storage: Storage,
        blobs: BlobStore,
        clock: Clock,
        ids: IdSource,
        limits: UploadLimits,
        finish: Finish,
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._finish = finish

    async def take(self, origin: Origin, upload: Upload, chunk: Chunk, room: int, hand: Hand) -> Upload:
        """The upload as it is then. Raises UploadTooLarge, ChecksumMismatch, OffsetMismatch, UploadTaken,
        InvalidUpload, DiskFull.
        """
        source = Arriving(chunk.body, hand, chunk.checksum)
        try:
            if chunk.checksum is None:
                upload = await self._take(origin, upload, source, room)
            else:
                upload = await self._take_whole(origin, upload, source, room, chunk.checksum)
        finally:
            await source.close()
        if source.was_taken:
            raise UploadTaken
        return upload

    async def _take(self, origin: Origin, upload: Upload, source: Arriving, room: int) -> Upload:
        """Piece by piece: each counts as soon as it is kept."""
        end = upload.offset + room
        while data := await source.read(PART_BYTES):
            hurries = upload.parts < upload.parts_by_time
            until = time.monotonic() + PART_SECONDS if hurries else None
            part = await self._keep(upload, source, data, end - upload.offset, until)
            upload = await self._count(origin, upload, part)
        return upload

    async def _take_whole(
        self, origin: Origin, upload: Upload, source: Arriving, room: int, checksum: Checksum
    ) -> Upload:
        """All of it or nothing, as one piece."""
        data = await source.read(PART_BYTES)
        part = await self._keep(upload, source, data, room, None, most=room + 1) if data else None
        if source.digest() != checksum.value:
            await self._forget(part)
            raise UploadTaken if source.was_taken else ChecksumMismatch
        return upload if part is None else await self._count(origin, upload, part)

    async def _keep(
        self,
        upload: Upload,
        source: Arriving,
        data: bytes,
        room: int,
        until: float | None,
        *,
        most: int = PART_BYTES,
    ) -> Part:
        """What begins with the data as a blob. Raises UploadTooLarge where there is no room for it."""
        upload.check_parts()
        self._limits.check_disk(0, await self._blobs.free())
        key, size = f"{prefix_of(upload.id)}/{upload.offset:015}-{self._ids.new().hex}", 0
        async with self._blobs.writer(key) as blob:
            while data:
                size += len(data)
                if size > room:
                    raise UploadTooLarge(f"There is room for {room:,} more bytes.")
                await blob.write(data)
                data = await source.read(min(PART_BYTES, most - size), until) if size < most else b""
        return Part(upload.offset, size, key)

    async def _count(self, origin: Origin, upload: Upload, part: Part) -> Upload:
        """Adds a piece that is kept; forgets it if somebody else was faster."""
        grown = upload.grown(part.size, self._clock.now())
        work = self._storage.begin("uploads.append", origin)
        self._storage.uploads.replace(work, grown, part)
        if grown.is_complete:
            self._storage.accounts.still_open(work, grown.owner_id)
            self._finish(work, grown)
        try:
            await work.commit()
        except StaleVersion:
            await self._forget(part)
            raise OffsetMismatch("Another chunk came first; ask for the offset.") from None
        return grown

    async def _forget(self, part: Part | None) -> None:
        if part is not None:
            await self._blobs.delete(part.key)
