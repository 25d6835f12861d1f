"""Whole catalogues in and out: the operator's import and export, and the demo catalogue."""

from itertools import chain

from killrvideo.domain.events import Origin
from killrvideo.features.transfer.entries import Entries
from killrvideo.features.transfer.loading import Loading, LoadReport, Tally
from killrvideo.features.transfer.saving import SaveReport, save
from killrvideo.service_interfaces.catalogue import (
    BadRow,
    CatalogueSink,
    CatalogueSource,
    Kind,
    Progress,
)
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.credentials import PasswordHasher
from killrvideo.service_interfaces.language import SentimentModel
from killrvideo.service_interfaces.storage import Storage

__all__ = ["LoadReport", "SaveReport", "Tally", "Transfer"]

ROWS_AT_ONCE = 100
"""What is loaded in one unit of work: few enough that readers and writers are not kept waiting."""


class Transfer:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        hasher: PasswordHasher,
        sentiment: SentimentModel | None,
    ) -> None:
        """Without a ``sentiment`` model, comments keep the score that they come with."""
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._hasher = hasher
        self._sentiment = sentiment

    async def load(
        self,
        origin: Origin,
        source: CatalogueSource,
        progress: Progress | None = None,
        *,
        at_once: int = ROWS_AT_ONCE,
    ) -> LoadReport:
        """Adds what is not there yet; what is there stays as it is, and bad rows are left out.

        ``at_once`` rows are one unit of work; what a crash leaves undone, loading again completes.
        """
        return await Loading(self._storage, self._entries(source), origin, progress).run(source, at_once)

    async def load_whole(self, origin: Origin, source: CatalogueSource) -> LoadReport:
        """As `load`, in one unit of work: all of it or nothing. For catalogues that are known to be good."""
        return await self.load(origin, source, at_once=sum(source.size(kind) for kind in Kind) or 1)

    async def has(self, source: CatalogueSource) -> bool:
        """Whether every account and video is there, hidden or not, as after `load_whole`.

        Comments and ratings that have gone since were taken back: they are not to come again by themselves.
        """
        entries = self._entries(source)
        for row in chain(source.accounts(), source.videos()):
            if isinstance(row, BadRow) or not await entries.is_there(row.entry):
                return False
        return True

    async def save(self, sink: CatalogueSink, progress: Progress | None = None) -> SaveReport:
        """Writes every account, the videos that the public may see, and their comments, ratings, captions."""
        return await save(self._storage, sink, progress)

    def _entries(self, source: CatalogueSource) -> Entries:
        return Entries(self._storage, self._clock, self._ids, self._hasher, self._sentiment, source.passwords)
