"""Whether two keyspaces hold the same: one filled by units of work, the other directly."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.scale.units import MODEL
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.migrations import cassandra_migrations, statements_of
from killrvideo.adapters.cassandra.vectors.tables import VectorTable
from killrvideo.domain.vectors import DIMENSION

OF_THE_WRITING = {
    "embedding_state": "since when there is something to embed",
    "guards": "only who writes asks them",
    "intents": "empty at rest",
    "leases": "of whoever works",
    "list_leases": "of whoever works",
    "marks": "how far tending has come",
    "outbox_leases": "of whoever works",
    "recent_vectors": "by the minute of the writing, for ten minutes",
    "schema_lock": "of the schema",
    "schema_migrations": "of the schema",
    "tallied": "which tallies are to be summed up",
}
"""Tables that tell of the writing and not of what was written, and why."""
SUMMED = ("tallies", "totals")
MEASURES = ("views", "ratings", "stars", "comments", "videos")
MADE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")


async def differences(one: CassandraSession, other: CassandraSession) -> list[str]:
    """One line for each table that differs; empty if all reads find the same."""
    found = []
    for table in _tables():
        rows, others = [await _rows(session, table) for session in (one, other)]
        if rows != others:
            found.append(f"{table}: {_told(rows - others)} and {_told(others - rows)}")
    sums, others = [await _sums(session) for session in (one, other)]
    if sums != others:
        found.append(f"tallies and totals: {_told(sums - others)} and {_told(others - sums)}")
    return found


async def sizes(session: CassandraSession) -> dict[str, int]:
    """How many rows were compared, by table."""
    return {table: (await _rows(session, table)).total() for table in _tables()}


def _tables() -> list[str]:
    """Those that are compared row by row."""
    scripts = [migration.script for migration in cassandra_migrations()]
    made = {found[1] for script in scripts for text in statements_of(script) if (found := MADE.match(text))}
    nearest = VectorTable(MODEL, DIMENSION).name
    return sorted({*made, nearest} - OF_THE_WRITING.keys() - set(SUMMED))


async def _rows(session: CassandraSession, table: str) -> Counter[tuple[str, ...]]:
    rows = await session.all_rows(f"SELECT * FROM {table}")  # noqa: S608 - a name from the schema
    return Counter(tuple(_spelled(row)) for row in rows)


def _spelled(row: Row) -> Iterator[str]:
    for column, value in sorted(row.items()):
        yield f"{column}={_in_order(value)!r}"


def _in_order(value: Any) -> Any:
    if isinstance(value, (str, bytes, int, float)) or not isinstance(value, Iterable):
        return value
    if isinstance(value, dict) or hasattr(value, "items"):
        return sorted(value.items())
    is_list = isinstance(value, (list, tuple))
    return list(value) if is_list else sorted(value)


async def _sums(session: CassandraSession) -> Counter[tuple[str, ...]]:
    sums: dict[str, Counter[str]] = {}
    for table in SUMMED:
        for row in await session.all_rows(f"SELECT * FROM {table}"):  # noqa: S608
            amounts = {measure: row[measure] or 0 for measure in MEASURES}
            sums.setdefault(row["subject"], Counter()).update(amounts)
    return Counter(
        (subject, *(f"{one}={amounts[one]}" for one in MEASURES)) for subject, amounts in sums.items()
    )


def _told(rows: Counter[tuple[str, ...]]) -> str:
    return f"{rows.total()} rows more, such as {next(iter(rows), None)}"
