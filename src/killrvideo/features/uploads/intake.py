"""Keeping what arrives: a piece becomes a blob, and then it counts."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from killrvideo.domain.errors import (
    ChecksumMismatch,
    OffsetMismatch,
    Refusal,
    StaleVersion,
    UploadTaken,
    UploadTooLarge,
)
from killrvideo.domain.events import Origin
from killrvideo.domain.upload_limits import CHECKED_MOST, check_checked
from killrvideo.domain.uploads import (
    PART_BYTES,
    PART_SECONDS,
    Checksum,
    Part,
    Upload,
    prefix_of,
)
from killrvideo.features.uploads.arriving import Arriving
from killrvideo.features.uploads.pace import LEAST
from killrvideo.features.uploads.room import Promise, Room
from killrvideo.features.uploads.under_way import Hand
from killrvideo.service_interfaces.blobs import BlobStore, BlobWriter
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
        room: Room,
        finish: Finish,
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._ids = ids
        self._room = room
        self._finish = finish

    async def take(self, origin: Origin, upload: Upload, chunk: Chunk, hand: Hand) -> Upload:
        """The upload as it is then. Raises UploadTooLarge, ChecksumMismatch, OffsetMismatch, UploadTaken,
        InvalidUpload, DiskFull.
        """
        source = Arriving(chunk.body, hand, chunk.checksum, chunk.size)
        try:
            if chunk.checksum is None:
                upload = await self._take(origin, upload, source)
            else:
                upload = await self._take_whole(origin, upload, source, chunk.checksum)
        finally:
            await source.close()
        if source.was_taken:
            raise UploadTaken
        return upload

    async def _take(self, origin: Origin, upload: Upload, source: Arriving) -> Upload:
        """Piece by piece: each counts as soon as it is kept."""
        while data := await source.read(PART_BYTES):
            hurries = upload.parts < upload.parts_by_time
            until = time.monotonic() + PART_SECONDS if hurries else None
            part = await self._keep(upload, source, data, PART_BYTES, until)
            upload = await self._count(origin, upload, part)
        return upload

    async def _take_whole(
        self, origin: Origin, upload: Upload, source: Arriving, checksum: Checksum
    ) -> Upload:
        """All of it or nothing, as one piece."""
        data = await source.read(PART_BYTES)
        # One byte more than may be, so that it is known whether there are more.
        part = await self._keep(upload, source, data, CHECKED_MOST + 1) if data else None
        if source.digest() != checksum.value:
            await self._forget(part)
            raise _of_broken(source)
        return upload if part is None else await self._count(origin, upload, part)

    async def _keep(
        self, upload: Upload, source: Arriving, data: bytes, most: int, until: float | None = None
    ) -> Part:
        """What begins with the data as a blob. Raises UploadTooLarge where there is no room for it."""
        upload.check_parts()
        room = await self._room.of_file(upload)
        coming = source.of_piece(len(data), min(most, room))
        key = f"{prefix_of(upload.id)}/{upload.offset:015}-{self._ids.new().hex}"
        async with self._room.on_disk(coming) as promise, self._blobs.writer(key) as blob:
            size = await self._write(_Kept(blob, promise), source, data, most, room, until)
        return Part(upload.offset, size, key)

    async def _write(
        self, blob: "_Kept", source: Arriving, data: bytes, most: int, room: int, until: float | None
    ) -> int:
        """How many bytes there were, which may be one more than ``most``."""
        size = looked = 0
        while data:
            size += len(data)
            check_checked(size)
            if size > room:
                raise UploadTooLarge(f"There is room for {room:,} more bytes.")
            if size - looked >= PART_BYTES:
                looked = size
                await self._room.check_disk()
            await blob.write(data)
            data = await source.read(min(PART_BYTES, most - size), until) if size < most else b""
        return size

    async def _count(self, origin: Origin, upload: Upload, part: Part) -> Upload:
        """Adds a piece that is kept, if the account may have it still."""
        if upload.length is not None:
            return await self._add(origin, upload, part)
        async with self._room.turn(upload.owner_id):
            room = await self._room.of_file(upload)
            if part.size > room:
                await self._forget(part)
                raise UploadTooLarge(f"There is room for {room:,} more bytes.")
            return await self._add(origin, upload, part)

    async def _add(self, origin: Origin, upload: Upload, part: Part) -> Upload:
        """Forgets it if somebody else was faster."""
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


class _Kept:
    """A blob that is written into room which was promised."""

    def __init__(self, blob: BlobWriter, promise: Promise) -> None:
        self._blob = blob
        self._promise = promise

    async def write(self, data: bytes) -> None:
        await self._blob.write(data)
        self._promise.keep(len(data))


def _of_broken(source: Arriving) -> Refusal:
    """Why a chunk is not what its checksum says."""
    if source.was_taken:
        return UploadTaken()
    if source.was_slow:
        return ChecksumMismatch(
            f"It came more slowly than {LEAST:,} bytes a second while many others came in, so it counts as "
            "lost; send smaller chunks."
        )
    return ChecksumMismatch()
