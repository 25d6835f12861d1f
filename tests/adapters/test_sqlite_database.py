"""One SQLite file under many writers, on full disks, beside other processes, and across restarts."""

import asyncio
import resource
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Event
from typing import get_args

import apsw
import pytest

from killrvideo.adapters.sqlite.connections import Synchronous
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.errors import StaleVersion, Unavailable

ADD = "INSERT INTO numbers (number) VALUES (?)"
ALL = "SELECT number FROM numbers ORDER BY number"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await with_numbers(Database(tmp_path / "numbers.db", synchronous="off"))
    yield database
    await database.close()


async def with_numbers(database: Database) -> Database:
    await database.open()
    await database.write(
        lambda connection: connection.execute("CREATE TABLE numbers (number INTEGER, blob BLOB)")
    )
    return database


def adding(number: int) -> Callable[[apsw.Connection], int]:
    def change(connection: apsw.Connection) -> int:
        connection.execute(ADD, (number,))
        return number

    return change


def numbers(database: Database) -> list[int]:
    return [number for (number,) in database.rows(ALL)]


class Gate:
    """Keeps the writer busy until it is opened, so that what is asked meanwhile shares the next commit."""

    def __init__(self, database: Database) -> None:
        self._entered, self._opened = Event(), Event()
        self._passing = asyncio.ensure_future(database.write(self._wait))

    def _wait(self, connection: apsw.Connection) -> None:
        self._entered.set()
        self._opened.wait()

    @classmethod
    async def shut(cls, database: Database) -> "Gate":
        gate = cls(database)
        await asyncio.to_thread(gate._entered.wait)
        return gate

    async def open_after(self, *writes: "asyncio.Future[int]") -> list[int | BaseException]:
        await asyncio.sleep(0)  # At its first step each hands its change over.
        self._opened.set()
        await self._passing
        return await asyncio.gather(*writes, return_exceptions=True)


def writing(database: Database, change: Callable[[apsw.Connection], int]) -> "asyncio.Future[int]":
    return asyncio.ensure_future(database.write(change))


async def test_many_concurrent_writes_all_arrive_and_each_caller_gets_its_own_result(
    database: Database,
) -> None:
    results = await asyncio.gather(*(database.write(adding(number)) for number in range(200)))
    assert results == list(range(200))
    assert numbers(database) == list(range(200))


async def test_a_read_after_a_write_sees_it(database: Database) -> None:
    await database.write(adding(7))
    assert database.row(ALL) == (7,)
    assert database.row("SELECT number FROM numbers WHERE number = 8") is None
    assert await database.scan(ALL) == [(7,)]


async def test_a_change_that_fails_takes_nothing_of_its_neighbours_with_it(database: Database) -> None:
    def failing(connection: apsw.Connection) -> int:
        connection.execute(ADD, (666,))
        raise StaleVersion

    gate = await Gate.shut(database)
    results = await gate.open_after(
        writing(database, adding(1)), writing(database, failing), writing(database, adding(2))
    )
    assert results[0] == 1
    assert isinstance(results[1], StaleVersion)
    assert results[2] == 2
    assert numbers(database) == [1, 2]


async def test_a_mistake_in_a_statement_is_raised_as_it_is(database: Database) -> None:
    with pytest.raises(apsw.SQLError, match="no such table: nowhere"):
        await database.write(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(apsw.SQLError, match="no such column"):
        database.row('SELECT "misspelt" FROM numbers')


async def test_when_the_disk_is_full_everybody_hears_so_and_nothing_is_written(database: Database) -> None:
    def large(connection: apsw.Connection) -> int:
        connection.execute("INSERT INTO numbers (number, blob) VALUES (2, zeroblob(1000000))")
        return 2

    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 20"))
    gate = await Gate.shut(database)
    results = await gate.open_after(
        writing(database, adding(1)), writing(database, large), writing(database, adding(3))
    )
    assert [type(result) for result in results] == [Unavailable] * 3
    assert "disk" in str(results[0])
    assert numbers(database) == []
    await database.write(adding(4))
    assert numbers(database) == [4]


async def test_when_the_commit_itself_fails_everybody_hears_so_and_nothing_is_written(
    database: Database,
) -> None:
    def orphan(connection: apsw.Connection) -> int:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO children VALUES (99)")
        return 1

    await database.write(
        lambda connection: connection.execute(
            "CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (id REFERENCES parents)"
        )
    )
    gate = await Gate.shut(database)
    results = await gate.open_after(writing(database, adding(1)), writing(database, orphan))
    assert [type(result) for result in results] == [Unavailable] * 2
    assert numbers(database) == []


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="read-only"):
        database.row(ADD, (1,))
    with pytest.raises(Unavailable, match="read-only"):
        await database.scan(ADD, (1,))


async def test_a_write_waits_for_another_process_that_holds_the_lock(
    tmp_path: Path, database: Database
) -> None:
    other = apsw.Connection(str(tmp_path / "numbers.db"))
    other.execute("BEGIN IMMEDIATE")
    other.execute(ADD, (1,))
    waiting = writing(database, adding(2))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    assert await waiting == 2
    assert numbers(database) == [1, 2]
    other.close()


async def test_a_lock_that_is_never_released_is_an_outage_and_not_a_driver_error(tmp_path: Path) -> None:
    database = await with_numbers(Database(tmp_path / "busy.db", synchronous="off", busy_timeout=0.01))
    other = apsw.Connection(str(tmp_path / "busy.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="busy"):
        await database.write(adding(1))
    assert numbers(database) == []
    other.execute("ROLLBACK")
    assert await database.write(adding(2)) == 2
    other.close()
    await database.close()


async def test_a_caller_that_is_cancelled_does_not_cancel_its_change(database: Database) -> None:
    gate = await Gate.shut(database)
    write = writing(database, adding(5))
    await asyncio.sleep(0)
    write.cancel()
    assert isinstance((await gate.open_after(write))[0], asyncio.CancelledError)
    await database.write(adding(6))
    assert numbers(database) == [5, 6]


async def test_callbacks_run_after_a_commit_and_not_after_a_refusal(database: Database) -> None:
    seen: list[list[int]] = []
    database.after_write(lambda: seen.append(numbers(database)))

    def refusing(connection: apsw.Connection) -> int:
        raise StaleVersion

    with pytest.raises(StaleVersion):
        await database.write(refusing)
    await database.write(adding(1))
    assert seen == [[1]]


@pytest.mark.parametrize("synchronous", get_args(Synchronous))
async def test_a_reopened_file_has_everything(tmp_path: Path, synchronous: Synchronous) -> None:
    path = tmp_path / "kept.db"
    database = await with_numbers(Database(path, synchronous=synchronous))
    await asyncio.gather(*(database.write(adding(number)) for number in range(10)))
    await database.close()
    again = Database(path)
    await again.open()
    assert numbers(again) == list(range(10))
    await again.close()


async def test_closing_finishes_what_was_asked_before(tmp_path: Path) -> None:
    database = await with_numbers(Database(tmp_path / "closing.db", synchronous="off"))
    gate = await Gate.shut(database)
    write = writing(database, adding(1))
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(database.close())
    assert await gate.open_after(write) == [1]
    await closing
    await database.close()


async def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = await with_numbers(Database(tmp_path / "closed.db", synchronous="off"))
    await database.close()
    with pytest.raises(Unavailable, match="not open"):
        database.row(ALL)
    with pytest.raises(Unavailable, match="not open"):
        await database.scan(ALL)
    with pytest.raises(Unavailable, match="not open"):
        await database.write(adding(1))


async def test_the_folder_is_made_for_the_owner_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "new" / "store.db")
    await database.open()
    await database.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


async def test_nobody_else_reads_the_file_and_its_log_in_whatever_folder(tmp_path: Path) -> None:
    database = await with_numbers(Database(tmp_path / "store.db", synchronous="off"))
    try:
        for name in ("store.db", "store.db-wal", "store.db-shm"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    finally:
        await database.close()


async def test_a_disk_that_is_full_at_the_end_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = await with_numbers(Database(path, synchronous="off"))
    await asyncio.gather(*(database.write(adding(number)) for number in range(2000)))
    most, at_all = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, at_all))
    try:
        await database.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, at_all))

    reopened = Database(path)
    await reopened.open()
    try:
        assert numbers(reopened) == list(range(2000))
    finally:
        await reopened.close()


async def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, this is a letter and not a database. " * 20)
    with pytest.raises(Unavailable, match="not a SQLite database"):
        await Database(path).open()
    assert path.read_text().startswith("Dear reader")


async def test_a_file_that_cannot_be_opened_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        await Database(tmp_path).open()
