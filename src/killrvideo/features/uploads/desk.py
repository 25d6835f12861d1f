"""What an account can ask for of its uploads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import (
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
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.processing import JOB_OF, STEPS
from killrvideo.domain.upload_limits import UploadLimits, check_checked
from killrvideo.domain.upload_metadata import description_of, language_of, tags_of, title_of
from killrvideo.domain.uploads import (
    CONCATENATED_MOST,
    LASTS,
    Upload,
    UploadKind,
    check_joined,
    stream_address,
)
from killrvideo.domain.videos import LocationType, Video
from killrvideo.features.uploads.forgetting import Forgetting
from killrvideo.features.uploads.intake import Chunk, Intake
from killrvideo.features.uploads.removing import Removing
from killrvideo.features.uploads.room import Room
from killrvideo.features.uploads.under_way import UnderWay
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.limits import Quotas
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a client says of an upload before it sends any of it."""

    length: int | None
    """Bytes; None where it does not know yet."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    kind: UploadKind = UploadKind.WHOLE


class Uploads:
    def __init__(
        self,
        storage: Storage,
        blobs: BlobStore,
        clock: Clock,
        ids: IdSource,
        quotas: Quotas,
        limits: UploadLimits,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._quotas = quotas
        self._room = Room(storage, blobs, limits)
        self._intake = Intake(storage, blobs, clock, ids, self._room, self._finish)
        self._under_way = UnderWay(limits)
        self.removing = Removing(storage, blobs, clock)
        self.forgetting = Forgetting(storage, clock, self.removing)
        self.limits = limits

    async def begin(self, caller: Caller, announced: Announced) -> Upload:
        """A new, empty upload. Raises UploadTooLarge, DiskFull, TooManyRequests."""
        owner = caller.require(Scope.UPLOADS_WRITE)
        await self._room.check_disk(announced.length or 0)
        async with self._room.turn(owner):
            await self._room.check_new(owner, announced.length)
            await self._count_video(owner, announced.kind)
            upload = self._new(owner, announced)
            await self._add(caller.origin, upload)
        if not upload.is_complete:
            await self._surely_fits(caller.origin, upload)
        return upload

    async def join(
        self, caller: Caller, upload_ids: Sequence[UploadId], metadata: Mapping[str, str]
    ) -> Upload:
        """One upload of several complete ones, which nobody can ask for then. Raises UploadNotFound,
        InvalidUpload, UploadTooLarge, TooManyRequests.
        """
        owner = caller.require(Scope.UPLOADS_WRITE)
        if not 1 <= len({*upload_ids}) == len(upload_ids) <= CONCATENATED_MOST:
            raise InvalidUpload(f"Name 1 to {CONCATENATED_MOST} uploads, each once.")
        joined = [await self._own(caller, one) for one in upload_ids]
        check_joined(joined)
        final = self._joined(owner, joined, metadata)
        self.limits.check_size(final.offset)
        await self._count_video(owner, final.kind)
        work = self._storage.begin("uploads.join", caller.origin)
        work.made(final.id)
        self._storage.accounts.still_open(work, owner)
        for one in joined:
            self._storage.uploads.replace(work, one.given())
        self._storage.uploads.add(work, final)
        self._finish(work, final)
        try:
            await work.commit()
        except StaleVersion:
            raise InvalidUpload("Somebody else is changing these uploads.") from None
        return final

    async def get(self, caller: Caller, upload_id: UploadId) -> Upload:
        """With all that came until now, of a request that was given up too. Raises UploadNotFound, also for
        what is another's or has expired; UploadTaken.
        """
        await self._own(caller, upload_id)
        await self._under_way.end(upload_id)
        return await self._own(caller, upload_id)

    async def append(self, caller: Caller, upload_id: UploadId, chunk: Chunk) -> Upload:
        """Takes bytes at the end of the upload; those that came before the connection was lost are kept.

        Raises UploadNotFound, UploadIsFinal, OffsetMismatch, UploadTaken, UploadTooLarge, ChecksumMismatch,
        InvalidUpload, DiskFull, Unavailable. What counted before stays, earlier pieces of a chunk that is
        refused included: the offset tells.
        """
        async with self._under_way.taking(await self._own(caller, upload_id)) as hand:
            upload = await self._ready_for(caller, upload_id, chunk)
            if upload.length is None and chunk.length is not None:
                upload = await self._learn_length(caller.origin, upload, chunk.length)
            await self._check_size(upload, chunk)
            return await self._intake.take(caller.origin, upload, chunk, hand)

    async def terminate(self, caller: Caller, upload_id: UploadId) -> None:
        """Removes an upload that is no video yet. Raises UploadNotFound, UploadIsFinal, UploadTaken."""

        async def attempt() -> None:
            upload = await self._own(caller, upload_id)
            if not upload.waits:
                raise UploadIsFinal("This upload is a video now; delete that.")
            await self.removing.remove(caller.origin, upload)

        await self._own(caller, upload_id)
        await self._under_way.end(upload_id)
        await until_fresh(upload_id, attempt)

    async def _ready_for(self, caller: Caller, upload_id: UploadId, chunk: Chunk) -> Upload:
        upload = await self._own(caller, upload_id)
        if upload.kind is UploadKind.FINAL:
            raise UploadIsFinal
        upload.check_length(chunk.length)
        if chunk.offset != upload.offset:
            raise OffsetMismatch(f"The upload has {upload.offset:,} bytes; go on from there.")
        return upload

    async def _check_size(self, upload: Upload, chunk: Chunk) -> None:
        """Of a chunk that tells it. Raises UploadTooLarge."""
        if chunk.size is None:
            return
        if chunk.checksum is not None:
            check_checked(chunk.size)
        room = await self._room.of_file(upload)
        if chunk.size > room:
            raise UploadTooLarge(f"There is room for {room:,} more bytes; nothing was kept.")

    async def _learn_length(self, origin: Origin, upload: Upload, length: int) -> Upload:
        async with self._room.turn(upload.owner_id):
            await self._room.check_length(upload, length)
            learned = await self._change(origin, upload.with_length(length, self._clock.now()))
        if learned.is_complete:
            return learned
        try:
            await self._room.check_given(learned.owner_id)
        except UploadTooLarge:
            await self._change(origin, learned.with_length(None, self._clock.now()))
            raise
        return learned

    async def _change(self, origin: Origin, upload: Upload) -> Upload:
        work = self._storage.begin("uploads.learn_length", origin)
        self._storage.uploads.replace(work, upload)
        if upload.is_complete:
            self._storage.accounts.still_open(work, upload.owner_id)
            self._finish(work, upload)
        try:
            await work.commit()
        except StaleVersion:
            raise OffsetMismatch("Another chunk came first; ask for the offset.") from None
        return upload

    async def _add(self, origin: Origin, upload: Upload) -> None:
        work = self._storage.begin("uploads.begin", origin)
        work.made(upload.id)
        self._storage.accounts.still_open(work, upload.owner_id)
        self._storage.uploads.add(work, upload)
        if upload.is_complete:
            self._finish(work, upload)
        await work.commit()

    async def _surely_fits(self, origin: Origin, upload: Upload) -> None:
        """Takes it away again, and what its idempotency key says, if other processes let others in at the
        same moment. Raises UploadTooLarge.
        """
        try:
            await self._room.check_given(upload.owner_id)
        except UploadTooLarge:
            await self.removing.remove(origin, upload, unmade=True)
            raise

    async def _count_video(self, owner: AccountId, kind: UploadKind) -> None:
        if kind is not UploadKind.PARTIAL:
            await self._quotas.take(RouteClass.SUBMIT, str(owner))

    def _finish(self, work: UnitOfWork, upload: Upload) -> None:
        """A complete upload is a video of the same id."""
        if upload.kind is UploadKind.PARTIAL:
            return
        now = self._clock.now()
        video = Video(
            id=VideoId(upload.id),
            uploader_id=upload.owner_id,
            title=title_of(upload.metadata),
            description=description_of(upload.metadata),
            tags=tags_of(upload.metadata),
            language=language_of(upload.metadata),
            location=stream_address(upload.id),
            location_type=LocationType.UPLOAD,
            submitted_at=now,
        )
        first = STEPS[LocationType.UPLOAD][0]
        self._storage.videos.add(work, video)
        self._storage.jobs.enqueue(work, Job.new(self._ids.new(), JOB_OF[first], video.id, now, work.origin))
        work.publish(VideoSubmitted(video_id=video.id, uploader_id=video.uploader_id))

    async def _own(self, caller: Caller, upload_id: UploadId) -> Upload:
        caller.require(Scope.UPLOADS_WRITE)
        upload = await self._storage.uploads.get(upload_id)
        if upload is None or not caller.owns(upload.owner_id) or upload.kind is UploadKind.JOINED:
            raise UploadNotFound
        if upload.waits and upload.expires_at <= self._clock.now():
            raise UploadNotFound
        return upload

    def _joined(self, owner: AccountId, uploads: Sequence[Upload], metadata: Mapping[str, str]) -> Upload:
        size = sum(one.offset for one in uploads)
        new = self._new(owner, Announced(length=size, metadata=metadata, kind=UploadKind.FINAL))
        return replace(new, offset=size, joined=tuple(one.id for one in uploads))

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
