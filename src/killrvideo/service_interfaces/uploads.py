"""Where it is kept which files are on their way in; their bytes are blobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.uploads import Part, Upload
from killrvideo.service_interfaces.units import UnitOfWork


class UploadStore(Protocol):
    async def get(self, upload_id: UploadId) -> Upload | None: ...

    async def parts(self, upload_id: UploadId) -> Sequence[Part]:
        """In the order of the file."""
        ...

    async def of_owner(self, owner_id: AccountId) -> Sequence[Upload]:
        """All uploads of an account that are kept, whole or not."""
        ...

    async def expired(self, before: datetime, limit: int) -> Sequence[Upload]:
        """Those that wait in vain: what expires earliest comes first."""
        ...

    def add(self, work: UnitOfWork, upload: Upload, parts: Sequence[Part] = ()) -> None: ...

    def replace(self, work: UnitOfWork, upload: Upload, parts: Sequence[Part] = ()) -> None:
        """Stores the next version, with those parts more; raises StaleVersion unless its predecessor is the
        present one.
        """
        ...

    def remove(self, work: UnitOfWork, upload: Upload) -> None:
        """With its parts; raises StaleVersion unless this is the present version."""
        ...
