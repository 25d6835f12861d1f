"""Files that nothing names any more: found, and removed if that is wanted.

A file goes only if it is older than a day, lies where this house puts files, and its upload or video, read
after it was found, does not have it. A video that is worked on is left alone, and so is everything while it
is not sure that the files are this database's (`marks.py`).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from killrvideo.domain.housekeeping import UNTOUCHED, Found, Litter, Standing
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.features.housekeeping.marks import HouseMarks
from killrvideo.service_interfaces.blobs import BlobInfo, BlobStore
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage

UPLOADS, VIDEOS = "uploads", "videos"
"""Where pieces of uploads are kept, and what was made of videos; the next step of a key is an id."""


class SweepProgress(Protocol):
    def advance(self, kind: str, rows: int) -> None:
        """So many more files were looked at; ``kind`` is a Litter."""
        ...


class Housekeeping:
    def __init__(self, storage: Storage, blobs: BlobStore, clock: Clock, marks: HouseMarks) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self.marks = marks

    async def mark(self) -> Standing:
        """Sees to the mark beside the files, and says whose they are. To be called by the hour."""
        return await self.marks.keep(self._knows_all)

    async def sweep_if_due(self) -> bool:
        """Whether it was, and the files are ours. Raises SweepRefused if they become another's meanwhile."""
        due = await self.marks.standing() is Standing.OURS and await self.marks.may_sweep()
        if due:
            await self.sweep(removes=True)
        return due

    async def sweep(self, *, removes: bool, progress: SweepProgress | None = None) -> Mapping[Litter, Found]:
        """What of each kind lies about, or lay about until now.

        Raises Unavailable; SweepRefused where it was to be removed and the files are not ours.
        """
        if removes:
            await self.marks.check()
        before = self._clock.now() - UNTOUCHED
        found = {Litter.PIECES: Found(), Litter.FILES: Found()}
        for kind, place in ((Litter.PIECES, UPLOADS), (Litter.FILES, VIDEOS)):
            async for owner, files in self._groups(place):
                if progress is not None:
                    progress.advance(kind, len(files))
                old = [file for file in files if file.last_modified < before]
                stray = await self._stray(kind, owner, old) if old else []
                found[kind] += Found(len(stray), sum(file.size for file in stray))
                if removes and stray:
                    await self._remove(stray)
        drafts = await self._blobs.drop_unfinished(before, only_count=not removes)
        return {**found, Litter.DRAFTS: Found(drafts)}

    async def _remove(self, files: Sequence[BlobInfo]) -> None:
        await self.marks.check()  # A sweep can take hours.
        for file in files:
            await self._blobs.delete(file.key)

    async def _knows_all(self) -> bool:
        """Whether every file is of an upload or a video of this database."""
        async for owner, _ in self._groups(UPLOADS):
            if await self._storage.uploads.get(UploadId(owner)) is None:
                return False
        async for owner, _ in self._groups(VIDEOS):
            if await self._storage.videos.get(VideoId(owner)) is None:
                return False
        return True

    async def _stray(self, kind: Litter, owner: UUID, files: Sequence[BlobInfo]) -> list[BlobInfo]:
        if kind is Litter.PIECES:
            kept = {part.key for part in await self._storage.uploads.parts(UploadId(owner))}
            return [file for file in files if file.key not in kept]
        video_id = VideoId(owner)
        jobs = await self._storage.jobs.for_subject(video_id)
        if any(job.is_live for job in jobs):
            return []
        media = await self._storage.media.get(video_id)
        if media is not None:
            return [file for file in files if not file.key.startswith(f"{media.prefix}/")]
        return [*files]

    async def _groups(self, place: str) -> AsyncIterator[tuple[UUID, list[BlobInfo]]]:
        """The files of one upload or video after the other; what is not named as ours are is passed over.

        Where their place lists files in no order, those of one may come in several parts.
        """
        owner: UUID | None = None
        files: list[BlobInfo] = []
        async for file in self._blobs.walk(place):
            of_file = _owner_of(file.key)
            if of_file != owner and owner is not None:
                yield owner, files
                files = []
            owner = of_file
            if owner is not None:
                files.append(file)
        if owner is not None:
            yield owner, files


def _owner_of(key: str) -> UUID | None:
    """The upload or the video that a file belongs to."""
    _, owner, *rest = f"{key}/".split("/")
    try:
        found = UUID(owner)
    except ValueError:
        return None
    return found if str(found) == owner and len(rest) > 1 else None
