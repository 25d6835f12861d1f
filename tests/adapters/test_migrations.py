"""Schemas that grow by numbered scripts, are never applied twice and never change behind anybody's back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from killrvideo.adapters.migrations import Migration, MigrationRefused, in_order, migrate, migrations_in
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.migrations import SqliteSchema, sqlite_migrations
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.instants import to_millis
from tests.holding_still import CountingIds, ManualClock

FIRST = Migration(number=1, name="first", script="CREATE TABLE one (a); CREATE TABLE two (b);")
SECOND = Migration(number=2, name="second", script="INSERT INTO one VALUES (1);")
BROKEN = Migration(number=2, name="broken", script="CREATE TABLE three (c); INSERT INTO nowhere VALUES (1);")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "store.db", synchronous="off")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def schema(database: Database, clock: ManualClock) -> SqliteSchema:
    return SqliteSchema(database, clock)


def tables(database: Database) -> set[str]:
    found = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {name for (name,) in found} - {"schema_migrations"}


async def test_a_new_store_gets_every_script_in_order(
    database: Database, schema: SqliteSchema, clock: ManualClock
) -> None:
    assert await migrate(schema, [FIRST, SECOND]) == [FIRST, SECOND]
    assert tables(database) == {"one", "two"}
    assert database.rows("SELECT a FROM one") == [(1,)]
    assert database.rows("SELECT number, name, digest, applied_at FROM schema_migrations") == [
        (1, "first", FIRST.digest, to_millis(clock.now())),
        (2, "second", SECOND.digest, to_millis(clock.now())),
    ]


async def test_only_what_is_missing_is_applied(database: Database, schema: SqliteSchema) -> None:
    await migrate(schema, [FIRST])
    assert await migrate(schema, [FIRST, SECOND]) == [SECOND]
    assert await migrate(schema, [FIRST, SECOND]) == []
    assert database.rows("SELECT a FROM one") == [(1,)]


async def test_a_script_that_fails_leaves_no_part_of_itself(database: Database, schema: SqliteSchema) -> None:
    with pytest.raises(apsw.SQLError, match="nowhere"):
        await migrate(schema, [FIRST, BROKEN])
    assert tables(database) == {"one", "two"}
    assert [applied.number for applied in await schema.applied()] == [1]
    assert await migrate(schema, [FIRST, SECOND]) == [SECOND]


async def test_a_script_that_was_changed_afterwards_is_refused(schema: SqliteSchema) -> None:
    await migrate(schema, [FIRST])
    with pytest.raises(MigrationRefused, match=r"0001 \(first\) differs"):
        await migrate(schema, [replace(FIRST, script=FIRST.script + " "), SECOND])
    with pytest.raises(MigrationRefused, match=r"0001 \(renamed\) differs"):
        await migrate(schema, [replace(FIRST, name="renamed"), SECOND])
    assert [applied.number for applied in await schema.applied()] == [1]


async def test_a_store_that_a_newer_version_has_used_is_refused(schema: SqliteSchema) -> None:
    await migrate(schema, [FIRST, SECOND])
    with pytest.raises(MigrationRefused, match=r"0002 \(second\).*newer version"):
        await migrate(schema, [FIRST])


async def test_processes_that_start_at_once_apply_each_script_once(
    tmp_path: Path, clock: ManualClock
) -> None:
    async def start() -> list[tuple[int]]:
        database = Database(tmp_path / "shared.db", synchronous="off")
        await database.open()
        await migrate(SqliteSchema(database, clock), [FIRST, SECOND])
        seen = database.rows("SELECT a FROM one")
        await database.close()
        return seen

    assert await asyncio.gather(*(start() for _ in range(6))) == [[(1,)]] * 6


@pytest.mark.parametrize(
    "numbers", [(2,), (1, 3), (1, 2, 2)], ids=["begins late", "has a gap", "has one twice"]
)
def test_numbers_that_do_not_count_up_are_refused(numbers: Sequence[int]) -> None:
    with pytest.raises(MigrationRefused, match="numbered 0001, 0002"):
        in_order(Migration(number=number, name="words", script="") for number in numbers)


def test_scripts_are_found_by_their_file_names() -> None:
    found = migrations_in("killrvideo.adapters.sqlite", "schema")
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    assert found[0].name == "first_tables"
    assert "CREATE TABLE accounts" in found[0].script


async def test_the_storage_brings_its_schema_up_to_date(
    tmp_path: Path, clock: ManualClock, ids: CountingIds
) -> None:
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    await storage.check()
    assert "outbox" in tables(storage.database)
    await storage.close()


async def test_a_storage_that_does_not_fit_is_closed_again(
    tmp_path: Path, database: Database, clock: ManualClock, ids: CountingIds
) -> None:
    scripts = sqlite_migrations()
    await migrate(
        SqliteSchema(database, clock), [*scripts, replace(SECOND, number=len(scripts) + 1, script="")]
    )
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    with pytest.raises(MigrationRefused, match="newer version"):
        await storage.open()
    await storage.close()
