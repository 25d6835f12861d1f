"""What every refusal has in common, and what a store holds, to see that a refused request left it alone."""

import asyncio
from pathlib import Path
from typing import Any

import apsw
import httpx2

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.api.pages.problems import catalogue
from killrvideo.bootstrap.stores import STORE_FILE
from tests.api.town import Town

TABLES = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = :name"
ITS_OWN = {"marks", "leases", "outbox_leases", "schema_lock"}
INSIDES = (
    "Traceback",
    "pydantic",
    "sqlite",
    "apsw",
    "starlette",
    "fastapi",
    ".py",
    "0x",
    "Error(",
    "NoneType",
)


def assert_refused(answer: httpx2.Response, *statuses: int) -> dict[str, Any]:
    """The problem that was answered: one sentence that people can read, and nothing of our insides."""
    assert answer.status_code in statuses, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert catalogue()[problem["code"]][0] == answer.status_code
    assert problem["correlationId"] == answer.headers["x-correlation-id"]
    assert isinstance(problem["detail"], str)
    assert problem["detail"].strip()
    assert not [inside for inside in INSIDES if inside in answer.text], answer.text[:500]
    return problem


async def contents(town: Town) -> dict[str, list[Any]]:
    """Every row of every table, to be compared with those of another moment."""
    storage = town.house.storage
    if isinstance(storage, CassandraStorage):
        return await _keyspace_contents(storage.session)
    return _file_contents(town.house.settings.data_dir / STORE_FILE)


def _file_contents(store: Path) -> dict[str, list[Any]]:
    connection = apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    rows = {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in list(tables)}
    connection.close()
    return rows


async def _keyspace_contents(session: CassandraSession) -> dict[str, list[Any]]:
    """But for how far the store itself has come with what it does by and by."""
    tables = await session.all_rows(TABLES, {"name": session.address.keyspace})
    names = [row["table_name"] for row in tables if row["table_name"] not in ITS_OWN]
    found = await asyncio.gather(*(session.all_rows(f"SELECT * FROM {name}") for name in names))
    return {name: sorted(rows, key=repr) for name, rows in zip(names, found, strict=True)}
