"""The schema of the embedded store, and what it remembers of the scripts that made it."""

from collections.abc import Sequence
from typing import Any

import apsw
import orjson

from killrvideo.adapters.migrations import Applied, Migration, migrations_in
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.vectors.bytes import signs_of, unpacked
from killrvideo.domain.instants import to_millis
from killrvideo.domain.vectors import digest_of, text_from
from killrvideo.service_interfaces.clock import Clock

MAKE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
  number      INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  digest      TEXT NOT NULL,
  applied_at  INTEGER NOT NULL
) STRICT
"""
TABLE_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'"
LIST = "SELECT number, name, digest FROM schema_migrations ORDER BY number"
ADD = """
INSERT INTO schema_migrations (number, name, digest, applied_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def sqlite_migrations() -> tuple[Migration, ...]:
    return migrations_in("killrvideo.adapters.sqlite", "schema")


class SqliteSchema:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def applied(self) -> Sequence[Applied]:
        if self._database.row(TABLE_IS_THERE) is None:
            return ()
        return [
            Applied(number=number, name=name, digest=digest)
            for number, name, digest in self._database.rows(LIST)
        ]

    async def apply(self, migration: Migration) -> None:
        row = (migration.number, migration.name, migration.digest, to_millis(self._clock.now()))

        def change(connection: apsw.Connection) -> None:
            # The write lock is held: of two processes that start at once the second finds the row.
            connection.execute(MAKE_TABLE)
            connection.execute(ADD, row)
            if connection.changes():
                _teach(connection)
                connection.execute(migration.script)

        await self._database.write(change, name="schema.migrate")


def _teach(connection: apsw.Connection) -> None:
    """What scripts ask that SQL cannot say."""
    connection.create_scalar_function("text_digest_of", _text_digest_of, 3, deterministic=True)
    connection.create_scalar_function("signs_of", _signs_of, 1, deterministic=True)


def _text_digest_of(*columns: Any) -> str:
    title, tags, description = columns
    return digest_of(text_from(title, tuple(orjson.loads(tags).values()), description))


def _signs_of(*columns: Any) -> bytes:
    [vector] = columns
    return signs_of(unpacked(vector))
