"""Where ratings are kept: rows, from which every count and mean is exact."""

from collections.abc import Sequence
from typing import Protocol

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.units import UnitOfWork


class RatingStore(Protocol):
    async def get(self, video_id: VideoId, account_id: AccountId) -> Rating | None: ...

    async def by_account(self, account_id: AccountId, limit: int) -> Sequence[Rating]:
        """The last on videos that the public may see, newest first."""
        ...

    async def all_of(self, account_id: AccountId) -> Sequence[Rating]:
        """Every rating of the account: for the archive of one's data."""
        ...

    async def all(self) -> Sequence[Rating]:
        """Every rating of a video that is not removed, oldest first: for export."""
        ...

    def put(self, work: UnitOfWork, rating: Rating) -> None:
        """Adds it, or replaces stars and ``updated_at`` of the one there is; the totals follow exactly."""
        ...

    def withdraw(self, work: UnitOfWork, video_id: VideoId, account_id: AccountId) -> None:
        """Without effect if there is none."""
        ...
