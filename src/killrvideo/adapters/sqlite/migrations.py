"""The schema of the embedded store, and what it remembers of the scripts that made it."""

from collections.abc import Sequence

import apsw

from killrvideo.adapters.migrations import Applied, Migration, migrations_in
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.instants import to_millis
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
                connection.execute(migration.script)

        await self._database.write(change, name="schema.migrate")
