"""Where the causes that hide things are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause, ContentOrder, ContentType, Removal
from killrvideo.service_interfaces.units import UnitOfWork


class RemovalStore(Protocol):
    """Who, when and why; the thing itself carries the sum of its causes, which its own store changes."""

    async def of(self, content_type: ContentType, content_id: UUID) -> Sequence[Removal]: ...

    async def page(self, content_type: ContentType | None, wanted: PageRequest) -> Page[Removal]:
        """What is hidden now, newest first, one entry a cause."""
        ...

    def add(self, work: UnitOfWork, removal: Removal) -> None:
        """Keeps the first removal of each cause."""
        ...

    def lift(self, work: UnitOfWork, content_type: ContentType, content_id: UUID, cause: Cause) -> None: ...

    def hide_all_of(
        self, work: UnitOfWork, account_id: AccountId, by: AccountId | None, at: datetime, reason: str | None
    ) -> None:
        """Adds the cause ACCOUNT to all videos and comments of the account; lists and search follow.

        A store that cannot do so at once leaves an order, and a job that carries it out within seconds.
        """
        ...

    def show_all_of(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        """Lifts the cause ACCOUNT again, in the same way; what another cause hides stays hidden."""
        ...

    async def order_for(self, account_id: AccountId) -> ContentOrder | None:
        """The last order that was left for what the account made; None where all is done at once."""
        ...

    def carried_out(self, work: UnitOfWork, order: ContentOrder) -> None:
        """Commit raises StaleVersion if another order has come since."""
        ...
