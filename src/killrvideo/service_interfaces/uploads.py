"""Where it is kept which files are on their way in; their bytes are blobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.upload_limits import Usage
from killrvideo.domain.uploads import Part, Upload
from killrvideo.service_interfaces.units import UnitOfWork


class UploadStore(Protocol):
    async def get(self, upload_id: UploadId) -> Upload | None: ...

    async def parts(self, upload_id: UploadId) -> Sequence[Part]:
        """In the order of the file; those of a final upload are those of the uploads it was joined of."""
        ...

    async def of_owner(self, owner_id: AccountId) -> Sequence[Upload]:
        """All uploads of an account that are kept, whole or not."""
        ...

    async def usage(self, owner_id: AccountId) -> Usage:
        """What they take together, without reading each."""
        ...

    async def expired(self, before: datetime, limit: int) -> Sequence[Upload]:
        """Those that wait in vain: what expires earliest comes first."""
        ...

    def add(self, work: UnitOfWork, upload: Upload) -> None:
        """Without pieces."""
        ...

    def replace(self, work: UnitOfWork, upload: Upload, part: Part | None = None) -> None:
        """Stores the next version, with one piece more if there is one; raises StaleVersion unless its
        predecessor is the present one.
        """
        ...

    def put_back(self, work: UnitOfWork, upload_id: UploadId, part: Part) -> None:
        """Adds a piece that is counted already: from a house that moves in."""
        ...

    def remove(self, work: UnitOfWork, upload: Upload) -> None:
        """With its pieces; raises StaleVersion unless this is the present version."""
        ...
