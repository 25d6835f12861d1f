"""Filling a store with a population by units of work, as the site itself would."""

from collections.abc import Sequence

from benchmarks.scale.population import Upload
from killrvideo.domain.accounts import Account
from killrvideo.domain.events import Origin
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork

ORIGIN = Origin(correlation_id="benchmarks")
MODEL = "generated"


def add_account(storage: Storage, work: UnitOfWork, account: Account) -> None:
    storage.accounts.add(work, account, None)


def add_upload(storage: Storage, work: UnitOfWork, upload: Upload) -> None:
    """All that the upload is, in one unit."""
    video = upload.video
    storage.videos.add(work, video)
    storage.videos.set_opening_views(work, video.id, upload.opening_views)
    storage.search.put(work, video)
    for comment in upload.comments:
        storage.comments.add(work, comment)
    for rating in upload.ratings:
        storage.ratings.put(work, rating)
    for view in upload.views:
        storage.playback.add_view(work, view)
    for doing in upload.doings:
        storage.activity.add(work, doing)
    if upload.vector is not None:
        storage.vectors.put(work, video.id, MODEL, upload.vector, video.submitted_at, text_digest=None)


class FillingByUnits:
    """Keeps Filling."""

    def __init__(self, storage: Storage, *, at_once: int) -> None:
        """``at_once`` is how many things go into one unit of work."""
        self._storage = storage
        self._at_once = at_once

    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        for start in range(0, len(accounts), self._at_once):
            work = self._storage.begin("benchmarks.account", ORIGIN)
            for account in accounts[start : start + self._at_once]:
                add_account(self._storage, work, account)
            await work.commit()

    async def add_uploads(self, uploads: Sequence[Upload]) -> None:
        for start in range(0, len(uploads), self._at_once):
            work = self._storage.begin("benchmarks.upload", ORIGIN)
            for upload in uploads[start : start + self._at_once]:
                add_upload(self._storage, work, upload)
            await work.commit()

    async def settle(self) -> None:
        """Each unit is durable by itself."""

    async def finish(self) -> None:
        await self._storage.tend()
