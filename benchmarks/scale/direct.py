"""Filling Cassandra fast: the rows that units of work would write, without their guards, intents and batches.

The stores plan, just as for a unit of work; what differs is how the plan is carried out. It must be the only
writer of a store that was empty: so no planner has to read, and what would have been tallied one by one is
summed up here, by the day, as it is in the store a few days later. `proof.py` shows that the rows are the
same.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from cassandra.query import BatchStatement, BatchType

from benchmarks.scale.population import Upload
from benchmarks.scale.units import MODEL, ORIGIN, add_account, add_upload
from killrvideo.adapters.cassandra.accounts.rows import account_guard
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Params, Row, Value
from killrvideo.adapters.cassandra.search import averages as search_averages
from killrvideo.adapters.cassandra.search import tag_spellings
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.tallies.folding import PUT as PUT_TOTAL
from killrvideo.adapters.cassandra.tallies.tallies import BINS_A_DAY, MEASURES
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork
from killrvideo.adapters.cassandra.vectors.tables import VectorTable
from killrvideo.domain.accounts import Account
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId
from killrvideo.domain.videos import Totals

BATCH_BYTES = 8_000
"""As sent; a server counts the cells of collections, which is three times as much, and refuses 50 KiB."""
AT_ONCE = 32
SPELLING = "spelling:"
A_DAY = 86_400

Writes = list[tuple[str, dict[str, Value]]]


class PouringSession(CassandraSession):
    """Finds the store empty, as whoever plans must, and takes many rows at once."""

    async def rows(self, cql: str, params: Params = ()) -> list[Row]:  # noqa: ARG002
        return []

    async def all_rows(self, cql: str, params: Params = (), *, fetch: int = 1000) -> list[Row]:  # noqa: ARG002
        return []

    async def pour(self, writes: Iterable[tuple[str, Params]]) -> None:
        """In batches that promise nothing: whoever is interrupted pours everything again."""
        batch, size = BatchStatement(BatchType.UNLOGGED), 0
        for cql, params in writes:
            bound = await self._bound(cql, params)
            batch.add(bound)
            size += 50 + sum(len(value) for value in bound.values if isinstance(value, bytes))
            if size > BATCH_BYTES:
                await self._ask(batch)
                batch, size = BatchStatement(BatchType.UNLOGGED), 0
        if size:
            await self._ask(batch)


class PlannedOnly(CassandraUnitOfWork):
    """A unit of work that is never carried out."""

    async def planned(self, known: Mapping[str, object]) -> Plan:
        plan = Plan(unit=uuid4(), known=dict(known))
        for planner in self._planners:
            await planner(plan)
        return plan


class DirectStorage(CassandraStorage):
    def begin(self, name: str, origin: Origin) -> PlannedOnly:
        return PlannedOnly(self._on, name, origin)

    def stamp(self, room: int) -> int:
        return self._on.stamps.next(room)


class DirectFilling:
    """Keeps Filling."""

    def __init__(self, session: PouringSession, storage: DirectStorage) -> None:
        self._session = session
        self._storage = storage
        self._accounts: dict[AccountId, Account] = {}
        self.uses: Counter[str] = Counter()
        """How many videos have each spelling of a tag; to be kept with the progress."""
        self._spellings: dict[str, tuple[str, dict[str, Value]]] = {}
        self._sums: dict[str, Counter[str]] = {}
        """Of the day, by subject; those of the accounts go with the first."""

    def know(self, accounts: Iterable[Account]) -> None:
        """Accounts that are there."""
        self._accounts.update((account.id, account) for account in accounts)

    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        self.know(accounts)
        writes: Writes = []
        for account in accounts:
            work = self._storage.begin("benchmarks.account", ORIGIN)
            add_account(self._storage, work, account)
            plan = await work.planned({})
            writes += [*plan.writes, *plan.suggested.values(), *plan.conclusion]
            self._add_up(plan)
        await self._pour(writes)

    async def add_uploads(self, uploads: Sequence[Upload]) -> None:
        """Those of one day, and all of them."""
        writes: Writes = []
        for upload in uploads:
            work = self._storage.begin("benchmarks.upload", ORIGIN)
            add_upload(self._storage, work, upload)
            plan = await work.planned(self._known(upload))
            self._add_up(plan)
            writes += self._without_spellings([*plan.writes, *plan.suggested.values(), *plan.conclusion])
            writes += _averages(upload)
        await self._pour(writes)
        if uploads:
            await self._write_sums(uploads[-1].video.submitted_at)

    async def settle(self) -> None:
        """Writes what changes with nearly every video, and is written now and then only."""
        await self._pour(list(self._spellings.values()))
        self._spellings.clear()

    async def finish(self) -> None:
        """Nothing."""

    def _known(self, upload: Upload) -> dict[str, object]:
        """What the planners would otherwise read."""
        people = {
            upload.video.uploader_id,
            *(comment.author_id for comment in upload.comments),
            *(doing.account_id for doing in upload.doings),
        }
        known: dict[str, object] = {account_guard(id_): self._accounts[id_] for id_ in people}
        return known | {f"{SPELLING}{tag}": self.uses[tag] for tag in upload.video.tags}

    def _add_up(self, plan: Plan) -> None:
        for subject, _, amounts in plan.tallied:
            self._sums.setdefault(subject, Counter()).update(amounts)
            if subject.startswith(SPELLING):
                self.uses[subject.removeprefix(SPELLING)] += amounts["videos"]

    def _without_spellings(self, writes: Writes) -> Writes:
        for cql, params in writes:
            if cql == tag_spellings.PUT:
                self._spellings[params["tag"]] = (cql, params)
        return [write for write in writes if write[0] != tag_spellings.PUT]

    async def _write_sums(self, day: datetime) -> None:
        bin_ = (int(day.timestamp()) // A_DAY + 1) * BINS_A_DAY - 1
        sums, self._sums = self._sums, {}
        nothing = dict.fromkeys(MEASURES, 0)
        await self._pour(
            [
                (PUT_TOTAL, {**nothing, **amounts, "subject": one, "bin": bin_})
                for one, amounts in sums.items()
            ]
        )

    async def _pour(self, writes: Writes) -> None:
        first = self._storage.stamp(len(writes))
        stamped = [(cql, _filled(cql, params, first + place)) for place, (cql, params) in enumerate(writes)]
        share = -(-len(stamped) // AT_ONCE)
        parts = (stamped[start : start + share] for start in range(0, len(stamped), max(share, 1)))
        await asyncio.gather(*(self._session.pour(part) for part in parts))


def _averages(upload: Upload) -> Writes:
    """Where filters ask for it."""
    stars = sum(rating.stars for rating in upload.ratings)
    average = Totals(0, len(upload.ratings), stars).average
    row: dict[str, Value] = {"video_id": upload.video.id, "average": average}
    if upload.vector is None:
        return [(search_averages.PUT, row)]
    return [(search_averages.PUT, row), (VectorTable(MODEL, len(upload.vector)).rate, {**row})]


def _filled(cql: str, params: dict[str, Value], stamp: int) -> dict[str, Value]:
    filled = {name: value(stamp) if callable(value) else value for name, value in params.items()}
    return {**filled, "stamp": stamp} if ":stamp" in cql else filled
