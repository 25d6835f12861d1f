"""One run of loading a catalogue: many rows to a unit of work, and no bad one takes others with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from killrvideo.domain.errors import AlreadySubmitted, Conflict, EmailTaken
from killrvideo.domain.events import Origin
from killrvideo.features.transfer.entries import Entries, Key, key_of, kind_of
from killrvideo.service_interfaces.catalogue import (
    BadRow,
    CatalogueSource,
    Entry,
    Kind,
    Progress,
    Row,
)
from killrvideo.service_interfaces.storage import Storage

REASONS: dict[type[Conflict], str] = {
    EmailTaken: "The e-mail address is that of another account.",
    AlreadySubmitted: "The same user has this YouTube video already.",
}
"""What the store refuses, said of a row."""


@dataclass(slots=True)
class Tally:
    """What came of the rows of one kind."""

    added: int = 0
    present: int = 0
    """They were there before, and were left as they are."""
    bad: list[BadRow] = field(default_factory=list)


@dataclass(slots=True)
class LoadReport:
    tallies: dict[Kind, Tally] = field(default_factory=lambda: {kind: Tally() for kind in Kind})

    @property
    def bad(self) -> list[BadRow]:
        """Every row that was left out, in the order of loading."""
        return [row for tally in self.tallies.values() for row in tally.bad]


class Loading:
    def __init__(self, storage: Storage, entries: Entries, origin: Origin, progress: Progress | None) -> None:
        self._storage = storage
        self._entries = entries
        self._origin = origin
        self._progress = progress
        self._report = LoadReport()
        self._taken: set[Key] = set()
        """What this run has loaded, found, or is about to load."""

    async def run(self, source: CatalogueSource, at_once: int) -> LoadReport:
        unit: list[Row[Entry]] = []
        for kind, row in self._rows(source):
            if isinstance(row, BadRow):
                self._leave_out(kind, row)
                continue
            unit.append(row)
            if len(unit) == at_once:
                await self._take(unit)
                unit = []
        await self._take(unit)
        return self._report

    def _rows(self, source: CatalogueSource) -> Iterator[tuple[Kind, Row[Entry] | BadRow]]:
        if self._progress is not None:
            for kind in Kind:
                self._progress.expect(kind, source.size(kind))
        yield from ((Kind.ACCOUNTS, row) for row in source.accounts())
        yield from ((Kind.VIDEOS, row) for row in source.videos())
        yield from ((Kind.COMMENTS, row) for row in source.comments())
        yield from ((Kind.RATINGS, row) for row in source.ratings())
        yield from ((Kind.CAPTIONS, row) for row in source.captions())

    async def _take(self, rows: Sequence[Row[Entry]]) -> None:
        """Loads what fits, together; one by one where the store refuses one of them."""
        fitting = [row for row in rows if await self._fits(row)]
        if not fitting:
            return
        try:
            await self._commit(fitting)
        except Conflict as refusal:
            self._taken.difference_update(key_of(row.entry) for row in fitting)
            if len(fitting) == 1:
                reason = REASONS.get(type(refusal), refusal.detail)
                self._leave_out(kind_of(fitting[0].entry), BadRow(fitting[0].place, reason))
                return
            for row in fitting:
                await self._take([row])

    async def _fits(self, row: Row[Entry]) -> bool:
        """Whether the row is to be loaded; reports what is there already and what cannot be."""
        key, kind = key_of(row.entry), kind_of(row.entry)
        if key in self._taken:
            self._leave_out(kind, BadRow(row.place, "The same is in an earlier row."))
            return False
        # The fault is looked for first: it may be the row itself, which somebody else has just loaded.
        fault = await self._entries.fault_of(row.entry, self._taken)
        if await self._entries.is_there(row.entry):
            self._taken.add(key)
            self._report.tallies[kind].present += 1
            self._advance(kind)
            return False
        if fault is not None:
            self._leave_out(kind, BadRow(row.place, fault))
            return False
        self._taken.add(key)
        return True

    async def _commit(self, rows: Sequence[Row[Entry]]) -> None:
        work = self._storage.begin("transfer.load", self._origin)
        for row in rows:
            await self._entries.add(work, row.entry)
        await work.commit()
        for row in rows:
            kind = kind_of(row.entry)
            self._report.tallies[kind].added += 1
            self._advance(kind)

    def _leave_out(self, kind: Kind, row: BadRow) -> None:
        self._report.tallies[kind].bad.append(row)
        self._advance(kind)

    def _advance(self, kind: Kind) -> None:
        if self._progress is not None:
            self._progress.advance(kind, 1)
