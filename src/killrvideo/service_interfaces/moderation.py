"""Where flags and the audit trail are kept."""

from collections.abc import Sequence
from typing import Protocol

from killrvideo.domain.ids import AccountId, FlagId, VideoId
from killrvideo.domain.moderation import AuditEntry, AuditFilter, Flag, FlagStatus
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork


class FlagStore(Protocol):
    async def get(self, flag_id: FlagId) -> Flag | None: ...

    async def page(
        self, wanted: PageRequest, *, status: FlagStatus | None = None, video_id: VideoId | None = None
    ) -> Page[Flag]:
        """Newest first; with ``video_id``, flags on that video itself (not on its comments)."""
        ...

    async def all_of(self, reporter_id: AccountId) -> Sequence[Flag]:
        """Every flag that the account raised: for the archive of one's data."""
        ...

    async def count_open(self) -> int: ...

    def add(self, work: UnitOfWork, flag: Flag) -> None:
        """Raises AlreadyFlagged if the reporter has an unresolved flag on the content."""
        ...

    def replace(self, work: UnitOfWork, flag: Flag) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one."""
        ...


class AuditStore(Protocol):
    async def page(self, chosen: AuditFilter, wanted: PageRequest) -> Page[AuditEntry]:
        """Newest first."""
        ...

    def add(self, work: UnitOfWork, entry: AuditEntry) -> None: ...
