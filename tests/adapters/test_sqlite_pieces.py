"""Old rows go piece by piece: all of them in the end, and other writes come in between."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database

FILL = """
CREATE TABLE things (id INTEGER PRIMARY KEY);
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)
INSERT INTO things SELECT n FROM numbers;
"""
DROP = "DELETE FROM things WHERE id IN (SELECT id FROM things WHERE id <= ? LIMIT ?)"
COUNT = "SELECT count(*) FROM things"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "pieces.db", synchronous="off")
    await database.open()
    await database.write(lambda connection: connection.execute(FILL).fetchall(), name="fill")
    yield database
    await database.close()


async def test_everything_due_goes_and_nothing_else(database: Database) -> None:
    assert await pieces.drop(database, DROP, (2400,), name="drop") == 2400
    assert database.row(COUNT) == (100,)
    assert await pieces.drop(database, DROP, (2400,), name="drop") == 0


async def test_another_write_need_not_wait_for_the_last_piece(database: Database) -> None:
    def left(connection: apsw.Connection) -> int:
        [[rows]] = connection.execute(COUNT)
        return int(rows)

    _, seen = await asyncio.gather(
        pieces.drop(database, DROP, (2500,), name="drop"), database.write(left, name="count")
    )
    assert seen == 1500
