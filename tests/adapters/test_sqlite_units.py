"""The embedded store's unit of work as its stores use it: statements with checks, in one transaction."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import apsw
import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.adapters.sqlite.units import SqliteUnitOfWork, statements
from killrvideo.domain.errors import AlreadyFlagged, Conflict, NotFound, RequestKeyReused, StaleVersion
from killrvideo.domain.events import Event, Origin, RequestKey, VideoPublished
from killrvideo.domain.ids import VideoId
from tests.holding_still import CountingIds, ManualClock

VIDEO = VideoId(UUID("019ca900-0000-7000-8000-000000000001"))
ORIGIN = Origin(correlation_id="request-1")
ADD_SHELF = "INSERT INTO shelves (id, height) VALUES (?, ?)"
ADD_BOOK = "INSERT INTO books (id, shelf) VALUES (?, ?)"
RAISE = "UPDATE shelves SET height = ? WHERE id = ? AND height = ?"


class Passed:
    """Remembers the failpoints that were passed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def reach(self, name: str) -> None:
        self.names.append(name)


@pytest.fixture
def passed() -> Passed:
    return Passed()


@pytest.fixture
async def storage(
    tmp_path: Path, clock: ManualClock, ids: CountingIds, passed: Passed
) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off", failpoints=passed)
    await storage.open()
    work = storage.begin("tests.tables", ORIGIN)
    work.run("CREATE TABLE shelves (id INTEGER PRIMARY KEY, height INTEGER NOT NULL)")
    work.run("CREATE TABLE books (id INTEGER PRIMARY KEY, shelf INTEGER REFERENCES shelves)")
    await work.commit()
    passed.names.clear()
    yield storage
    await storage.close()


async def add_shelf(storage: SqliteStorage) -> None:
    work = storage.begin("tests.shelf", ORIGIN)
    work.run(ADD_SHELF, (1, 10))
    await work.commit()


def shelves(storage: SqliteStorage) -> list[tuple[int, int]]:
    return storage.database.rows("SELECT id, height FROM shelves ORDER BY id")


async def test_statements_run_in_order_in_one_transaction(storage: SqliteStorage) -> None:
    work = storage.begin("tests.order", ORIGIN)
    work.run(ADD_SHELF, (1, 10))
    work.run(RAISE, (11, 1, 10), unless_changed=StaleVersion)
    work.run(RAISE, (12, 1, 11), unless_changed=StaleVersion)
    await work.commit()
    assert shelves(storage) == [(1, 12)]


async def test_a_check_that_fails_undoes_the_statements_before_it(storage: SqliteStorage) -> None:
    await add_shelf(storage)
    work = storage.begin("tests.stale", ORIGIN)
    work.run(ADD_SHELF, (2, 20))
    work.run(RAISE, (11, 1, 9), unless_changed=lambda: StaleVersion("read it again"))
    with pytest.raises(StaleVersion, match="read it again"):
        await work.commit()
    assert shelves(storage) == [(1, 10)]


async def test_without_a_check_a_statement_may_change_nothing(storage: SqliteStorage) -> None:
    work = storage.begin("tests.unchecked", ORIGIN)
    work.run(RAISE, (11, 1, 9))
    await work.commit()


async def test_what_is_there_already_is_the_stores_own_refusal(storage: SqliteStorage) -> None:
    await add_shelf(storage)
    work = storage.begin("tests.twice", ORIGIN)
    work.run(ADD_SHELF, (1, 20), on_conflict=AlreadyFlagged)
    with pytest.raises(AlreadyFlagged):
        await work.commit()
    work = storage.begin("tests.twice", ORIGIN)
    work.run(ADD_SHELF, (1, 20))
    with pytest.raises(Conflict, match="already"):
        await work.commit()
    assert shelves(storage) == [(1, 10)]


async def test_what_belongs_to_nothing_is_not_found(storage: SqliteStorage) -> None:
    work = storage.begin("tests.orphan", ORIGIN)
    work.run(ADD_BOOK, (1, 99), on_conflict=AlreadyFlagged)
    with pytest.raises(NotFound, match="gone") as refusal:
        await work.commit()
    assert not isinstance(refusal.value, AlreadyFlagged)


async def test_a_missing_value_is_a_mistake_in_the_code_and_not_a_refusal(storage: SqliteStorage) -> None:
    work = storage.begin("tests.mistake", ORIGIN)
    work.run(ADD_SHELF, (1, None), on_conflict=AlreadyFlagged)
    with pytest.raises(apsw.ConstraintError):
        await work.commit()


async def test_an_event_that_cannot_be_stored_takes_the_state_with_it(
    storage: SqliteStorage, clock: ManualClock
) -> None:
    class OneId:
        def new(self) -> UUID:
            return UUID(int=1)

    def shelving(shelf: int) -> SqliteUnitOfWork:
        work = SqliteUnitOfWork(storage.database, clock, OneId(), "tests.event", ORIGIN)
        work.run(ADD_SHELF, (shelf, 10))
        work.publish(VideoPublished(video_id=VIDEO))
        return work

    await shelving(1).commit()
    with pytest.raises(Conflict):
        await shelving(2).commit()
    assert shelves(storage) == [(1, 10)]


async def test_the_idempotency_key_is_judged_before_any_statement(
    storage: SqliteStorage, ids: CountingIds
) -> None:
    for fingerprint, refusal in (("first", None), ("other", RequestKeyReused)):
        key = RequestKey(owner="ann", operation="shelve", key="1", fingerprint=fingerprint)
        work = storage.begin("tests.key", Origin(correlation_id="request-1", request_key=key))
        work.run(ADD_SHELF, (1, 10))
        work.made(ids.new())
        if refusal is None:
            await work.commit()
        else:
            with pytest.raises(refusal):
                await work.commit()


async def test_failpoints_stand_between_all_steps(storage: SqliteStorage, passed: Passed) -> None:
    work = storage.begin("tests.points", ORIGIN)
    work.run(ADD_SHELF, (1, 10))
    work.publish(VideoPublished(video_id=VIDEO))
    await work.commit()
    assert passed.names == [
        "tests.points:collected",
        "tests.points:statement-1",
        "tests.points:statement-2",
        "tests.points:applied",
        "tests.points:committed",
    ]


async def test_a_refused_unit_passes_no_failpoint_behind_the_refusal(
    storage: SqliteStorage, passed: Passed
) -> None:
    work = storage.begin("tests.points", ORIGIN)
    work.run(RAISE, (11, 1, 9), unless_changed=StaleVersion)
    with pytest.raises(StaleVersion):
        await work.commit()
    assert passed.names == ["tests.points:collected"]


async def test_another_back_ends_unit_is_not_accepted(storage: SqliteStorage) -> None:
    class ForeignUnit:
        origin = ORIGIN

        def publish(self, event: Event) -> None: ...

        def made(self, subject: UUID) -> None: ...

        def unmade(self, subject: UUID) -> None: ...

        async def commit(self) -> None: ...

    with pytest.raises(TypeError, match="ForeignUnit"):
        statements(ForeignUnit())
    own = storage.begin("tests.own", ORIGIN)
    assert isinstance(own, SqliteUnitOfWork)
    assert statements(own) is own
