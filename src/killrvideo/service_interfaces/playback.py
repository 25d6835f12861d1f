"""Where views and watch time are kept: rows that are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.playback import Trending, View, WatchTime
from killrvideo.service_interfaces.units import UnitOfWork


class PlaybackStore(Protocol):
    async def trending(self, since: datetime, limit: int) -> Sequence[Trending]:
        """Public videos by views since the (full) hour, then by views in all, then newest first.

        A distributed store leaves out the views of an hour in which a thousand other videos were viewed more,
        and of a day with two thousand such. Where too few videos were viewed, it fills up the list from those
        viewed most in the last month, those that were imported with most views, and the newest.
        """
        ...

    async def watched_by(self, account_id: AccountId, limit: int) -> Sequence[VideoId]:
        """The last distinct public videos that the account viewed, newest first."""
        ...

    async def views_of(self, account_id: AccountId) -> Sequence[View]:
        """Every view of the account, newest first: for the archive of one's data."""
        ...

    async def watch_time_of(self, account_id: AccountId) -> Sequence[WatchTime]: ...

    def add_view(self, work: UnitOfWork, view: View) -> None:
        """The video's total follows exactly; a view with an id that is there counts once.

        That of an account that was erased meanwhile counts without a name.
        """
        ...

    def add_watch_time(self, work: UnitOfWork, watched: WatchTime) -> None:
        """Without a name if the account was erased meanwhile."""
        ...

    async def purge(self, before: datetime) -> int:
        """Drops what only `trending` reads of hours before the instant; how many entries there were.

        Views stay, and so do a video's totals. Always 0 where entries expire by themselves, after a month.
        """
        ...
