"""Where the recent doings of each account are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork


class ActivityStore(Protocol):
    async def of_account(
        self, account_id: AccountId, kind: ActivityKind | None, since: datetime, wanted: PageRequest
    ) -> Page[Activity]:
        """Newest first; without entries about videos or comments that the public may not see.

        A distributed store may count some of those in the total.
        """
        ...

    async def all_of(self, account_id: AccountId) -> Sequence[Activity]:
        """Every entry that is kept, newest first: for the archive of one's data."""
        ...

    def add(self, work: UnitOfWork, activity: Activity) -> None:
        """Without effect if the account was erased meanwhile."""
        ...

    async def purge(self, before: datetime) -> int:
        """Drops entries older than the instant; how many there were.

        Always 0 where they expire by themselves, a day after anybody can ask for them.
        """
        ...
