"""Taking in files piece by piece, so that neither a lost connection nor a crash costs more than a moment.

Bytes are kept before they are counted: a piece is a blob of its own first, and then one unit of work adds it
to the upload if nobody else did so meanwhile. With the last piece the same unit makes the video.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import (
    ChecksumMismatch,
    InvalidUpload,
    OffsetMismatch,
    StaleVersion,
    UploadIsFinal,
    UploadNotFound,
    UploadTooLarge,
)
from killrvideo.domain.events import Origin, VideoSubmitted
from killrvideo.domain.ids import AccountId, UploadId, VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.processing import JOB_OF, STEPS
from killrvideo.domain.uploads import (
    CONCATENATED_MOST,
    LASTS,
    PART_BYTES,
    Checksum,
    Part,
    Upload,
    UploadKind,
    UploadLimits,
    stream_address,
    title_of,
)
from killrvideo.domain.videos import LocationType, Video
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a client says of an upload before it sends any of it."""

    length: int | None
    """Bytes; None where it does not know yet."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    kind: UploadKind = UploadKind.WHOLE


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


class Uploads:
    def __init__(
        self, storage: Storage, blobs: BlobStore, clock: Clock, ids: IdSource, limits: UploadLimits
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._ids = ids
        self.limits = limits

    async def begin(self, caller: Caller, announced: Announced) -> Upload:
        """A new, empty upload. Raises UploadTooLarge, InvalidUpload."""
        owner = caller.require(Scope.UPLOADS_WRITE)
        self.limits.check(announced.length or 0, await self._storage.uploads.of_owner(owner))
        upload = self._new(owner, announced)
        work = self._storage.begin("uploads.begin", caller.origin)
        work.made(upload.id)
        self._storage.accounts.still_open(work, owner)
        self._storage.uploads.add(work, upload)
        if upload.is_complete:
            self._finish(work, upload)
        await work.commit()
        return upload

    async def join(
        self, caller: Caller, upload_ids: Sequence[UploadId], metadata: Mapping[str, str]
    ) -> Upload:
        """One upload of several complete ones, which are no more. Raises UploadNotFound, InvalidUpload."""
        owner = caller.require(Scope.UPLOADS_WRITE)
        if not 1 <= len({*upload_ids}) == len(upload_ids) <= CONCATENATED_MOST:
            raise InvalidUpload(f"Name 1 to {CONCATENATED_MOST} uploads, each once.")
        joined = [await self._own(caller, one) for one in upload_ids]
        if any(one.kind is not UploadKind.PARTIAL or not one.is_complete for one in joined):
            raise InvalidUpload("Only partial uploads that are complete can be concatenated.")
        parts = [await self._storage.uploads.parts(one.id) for one in joined]
        announced = Announced(
            length=sum(one.offset for one in joined), metadata=metadata, kind=UploadKind.FINAL
        )
        self.limits.check_size(announced.length or 0)
        final = replace(
            self._new(owner, announced),
            offset=announced.length or 0,
            parts=sum(map(len, parts)),
            joined=tuple(upload_ids),
        )
        work = self._storage.begin("uploads.join", caller.origin)
        work.made(final.id)
        self._storage.accounts.still_open(work, owner)
        for one in joined:
            self._storage.uploads.remove(work, one)
        self._storage.uploads.add(work, final, _in_a_row(parts))
        self._finish(work, final)
        await work.commit()
        return final

    async def get(self, caller: Caller, upload_id: UploadId) -> Upload:
        """Raises UploadNotFound, also for what is another's or has expired."""
        return await self._own(caller, upload_id)

    async def append(self, caller: Caller, upload_id: UploadId, chunk: Chunk) -> Upload:
        """Takes bytes at the end of the upload; those that came before the connection was lost are kept.

        Raises UploadNotFound, UploadIsFinal, OffsetMismatch, UploadTooLarge, ChecksumMismatch, InvalidUpload.
        Nothing is kept of a chunk that is refused.
        """
        upload = await self._ready_for(caller, upload_id, chunk)
        if upload.length is None and chunk.length is not None:
            upload = await self._learn_length(caller.origin, upload, chunk.length)
        source = _Source(chunk.body, chunk.checksum)
        if chunk.checksum is None:
            return await self._take(caller.origin, upload, source)
        return await self._take_checked(caller.origin, upload, source, chunk.checksum)

    async def terminate(self, caller: Caller, upload_id: UploadId) -> None:
        """Removes an upload that is no video yet. Raises UploadNotFound, UploadIsFinal."""

        async def attempt() -> None:
            upload = await self._own(caller, upload_id)
            if not upload.waits:
                raise UploadIsFinal("This upload is a video now; delete that.")
            await self._remove(caller.origin, upload)

        await until_fresh(upload_id, attempt)

    async def sweep(self, origin: Origin) -> int:
        """Removes uploads that wait in vain; how many."""
        expired = await self._storage.uploads.expired(self._clock.now(), SWEPT_AT_ONCE)
        for upload in expired:
            try:
                await self._remove(origin, upload)
            except StaleVersion:
                continue  # It goes on after all.
        return len(expired)

    async def _ready_for(self, caller: Caller, upload_id: UploadId, chunk: Chunk) -> Upload:
        upload = await self._own(caller, upload_id)
        if upload.kind is UploadKind.FINAL:
            raise UploadIsFinal
        if chunk.length not in {None, upload.length} and upload.length is not None:
            raise InvalidUpload(f"The upload was to have {upload.length:,} bytes; that cannot change.")
        if chunk.offset != upload.offset:
            raise OffsetMismatch(f"The upload has {upload.offset:,} bytes; go on from there.")
        if chunk.size is not None and chunk.size > self._room(upload):
            raise UploadTooLarge(f"There is room for {self._room(upload):,} more bytes; nothing was kept.")
        return upload

    async def _learn_length(self, origin: Origin, upload: Upload, length: int) -> Upload:
        self.limits.check_size(length)
        return await self._count(origin, upload.with_length(length), [])

    def _room(self, upload: Upload) -> int:
        return (self.limits.largest if upload.length is None else upload.length) - upload.offset

    async def _take(self, origin: Origin, upload: Upload, source: "_Source") -> Upload:
        """Piece by piece: each counts as soon as it is kept."""
        while part := await self._keep(upload.id, upload.offset, source, self._room(upload)):
            upload = await self._count(origin, upload, [part])
        return upload

    async def _take_checked(
        self, origin: Origin, upload: Upload, source: "_Source", checksum: Checksum
    ) -> Upload:
        """All pieces or none."""
        parts: list[Part] = []
        try:
            room, start = self._room(upload), upload.offset
            while part := await self._keep(upload.id, start, source, room):
                parts.append(part)
                room, start = room - part.size, start + part.size
            if source.digest() != checksum.value:
                raise ChecksumMismatch
        except BaseException:
            await self._forget(parts)
            raise
        return await self._count(origin, upload, parts)

    async def _keep(self, upload_id: UploadId, start: int, source: "_Source", room: int) -> Part | None:
        """The next piece as a blob; None at the end. Raises UploadTooLarge where there is no room for it."""
        data = await source.read(PART_BYTES)
        if not data:
            return None
        key, size = f"uploads/{upload_id}/{start:015}-{self._ids.new().hex}", 0
        async with self._blobs.writer(key) as blob:
            while data:
                size += len(data)
                if size > room:
                    raise UploadTooLarge(f"There is room for {room:,} more bytes.")
                await blob.write(data)
                data = await source.read(PART_BYTES - size) if size < PART_BYTES else b""
        return Part(start, size, key)

    async def _count(self, origin: Origin, upload: Upload, parts: Sequence[Part]) -> Upload:
        """Adds pieces that are kept; forgets them if somebody else was faster."""
        grown = upload.grown([part.size for part in parts], self._clock.now())
        work = self._storage.begin("uploads.append", origin)
        self._storage.uploads.replace(work, grown, parts)
        if grown.is_complete and grown.kind is UploadKind.WHOLE:
            self._storage.accounts.still_open(work, grown.owner_id)
            self._finish(work, grown)
        try:
            await work.commit()
        except StaleVersion:
            await self._forget(parts)
            raise OffsetMismatch("Another chunk came first; ask for the offset.") from None
        return grown

    def _finish(self, work: UnitOfWork, upload: Upload) -> None:
        """A complete upload is a video of the same id."""
        if upload.kind is UploadKind.PARTIAL:
            return
        now = self._clock.now()
        video = Video(
            id=VideoId(upload.id),
            uploader_id=upload.owner_id,
            title=title_of(upload.metadata),
            location=stream_address(upload.id),
            location_type=LocationType.UPLOAD,
            submitted_at=now,
        )
        first = STEPS[LocationType.UPLOAD][0]
        self._storage.videos.add(work, video)
        self._storage.jobs.enqueue(work, Job.new(self._ids.new(), JOB_OF[first], video.id, now, work.origin))
        work.publish(VideoSubmitted(video_id=video.id, uploader_id=video.uploader_id))

    async def _remove(self, origin: Origin, upload: Upload) -> None:
        parts = await self._storage.uploads.parts(upload.id)
        work = self._storage.begin("uploads.remove", origin)
        self._storage.uploads.remove(work, upload)
        await work.commit()
        await self._forget(parts)

    async def _forget(self, parts: Sequence[Part]) -> None:
        for part in parts:
            await self._blobs.delete(part.key)

    async def _own(self, caller: Caller, upload_id: UploadId) -> Upload:
        caller.require(Scope.UPLOADS_WRITE)
        upload = await self._storage.uploads.get(upload_id)
        is_over = upload is not None and upload.waits and upload.expires_at <= self._clock.now()
        if upload is None or is_over or not caller.owns(upload.owner_id):
            raise UploadNotFound
        return upload

    def _new(self, owner: AccountId, announced: Announced) -> Upload:
        now = self._clock.now()
        return Upload(
            id=UploadId(self._ids.new()),
            owner_id=owner,
            kind=announced.kind,
            length=announced.length,
            metadata=announced.metadata,
            created_at=now,
            expires_at=now + LASTS,
        )


class _Source:
    """A body, read in pieces of a size of our own, and summed up on the way."""

    def __init__(self, body: AsyncIterator[bytes], checksum: Checksum | None) -> None:
        self._body = body
        self._hash = hashlib.sha256() if checksum is None else checksum.hash()
        self._is_summed = checksum is not None
        self._left = b""

    async def read(self, most: int) -> bytes:
        """Some bytes, ``most`` at most; none at the end."""
        data = self._left or await self._next()
        self._left = data[most:]
        data = data[:most]
        if self._is_summed:
            self._hash.update(data)
        return data

    async def _next(self) -> bytes:
        """The body may have empty pieces in between."""
        async for data in self._body:
            if data:
                return data
        return b""

    def digest(self) -> bytes:
        """Of all that was read."""
        return self._hash.digest()


def _in_a_row(files: Sequence[Sequence[Part]]) -> list[Part]:
    """Pieces of several files as those of one."""
    pieces = [part for parts in files for part in parts]
    starts = accumulate((part.size for part in pieces), initial=0)
    return [replace(part, start=start) for part, start in zip(pieces, starts, strict=False)]
