"""Taking uploads away, with their bytes: what waits in vain, and what belongs to nothing any more."""

from collections.abc import Iterable, Sequence

from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.events import Origin
from killrvideo.domain.housekeeping import Found
from killrvideo.domain.ids import AccountId, UploadId, VideoId
from killrvideo.domain.media import prefix_of as prefix_of_video
from killrvideo.domain.uploads import Upload, prefix_of
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, until_fresh

SWEPT_AT_ONCE = 100
COUNTED_MOST = 100_000
"""Nobody reads a larger number."""


class Removing:
    def __init__(self, storage: Storage, blobs: BlobStore, clock: Clock) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock

    async def remove(self, origin: Origin, upload: Upload, *, unmade: bool = False) -> None:
        """Rows first: whoever adds to it meanwhile is refused, and takes its own bytes away. ``unmade`` where
        the same request had begun it. Raises StaleVersion.
        """
        work = self._storage.begin("uploads.remove", origin)
        self._storage.uploads.remove(work, upload)
        if unmade:
            work.unmade(upload.id)
        await work.commit()
        await self._blobs.delete_all(prefix_of(upload.id))

    async def sweep(self, origin: Origin, *, removes: bool = True) -> Found:
        """Uploads that wait in vain, which are removed."""
        now, found = self._clock.now(), Found()
        if not removes:
            return _sum_of(await self._storage.uploads.expired(now, COUNTED_MOST))
        while expired := await self._storage.uploads.expired(now, SWEPT_AT_ONCE):
            gone = [upload for upload in expired if await self._removed(origin, upload)]
            found += _sum_of(gone)
            if not gone:
                break  # All of them go on after all.
        return found

    async def forget_video(self, video_id: VideoId, origin: Origin) -> None:
        """What a purged video was made of, and what was made of it. To be called again after a crash."""
        if await self._storage.videos.get(video_id) is not None:
            return
        upload_id = UploadId(video_id)
        upload = await self._storage.uploads.get(upload_id)
        for one in (upload_id, *(() if upload is None else upload.joined)):
            # Nobody reads them any more, so the rows, which tell where they are, go last.
            await self._blobs.delete_all(prefix_of(one))
        await self._blobs.delete_all(prefix_of_video(video_id))
        if upload is not None:
            await until_fresh(upload_id, lambda: self._drop((*upload.joined, upload_id), origin))

    async def forget_account(self, account_id: AccountId, origin: Origin) -> None:
        """What an erased account did not bring to an end; its videos go when they are purged."""
        for upload in await self._storage.uploads.of_owner(account_id):
            if upload.waits:
                await self._removed(origin, upload)

    async def _removed(self, origin: Origin, upload: Upload) -> bool:
        if not upload.waits:
            return False
        try:
            await self.remove(origin, upload)
        except StaleVersion:
            return False  # It goes on after all.
        return True

    async def _drop(self, upload_ids: Iterable[UploadId], origin: Origin) -> None:
        work = self._storage.begin("uploads.forget", origin)
        for upload_id in upload_ids:
            upload = await self._storage.uploads.get(upload_id)
            if upload is not None:
                self._storage.uploads.remove(work, upload)
        await work.commit()


def _sum_of(uploads: Sequence[Upload]) -> Found:
    return Found(len(uploads), sum(upload.offset for upload in uploads))
