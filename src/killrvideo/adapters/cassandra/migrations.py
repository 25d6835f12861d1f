"""The schema of the distributed store, and what it remembers of the scripts that made it."""

import re
from collections.abc import Sequence
from uuid import NAMESPACE_OID, uuid5

from killrvideo.adapters.cassandra.cluster.schema_lock import MAKE_TABLE as MAKE_LOCK
from killrvideo.adapters.cassandra.cluster.schema_lock import Renew, SchemaBusy, schema_lock
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.migrations import Applied, Migration, MigrationRefused, migrations_in
from killrvideo.service_interfaces.clock import Clock

MAKE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
  store       text,
  number      int,
  name        text,
  digest      text,
  applied_at  timestamp,
  PRIMARY KEY (store, number)
) WITH ID = {id}
"""
LIST = "SELECT number, name, digest FROM schema_migrations WHERE store = 'killrvideo'"
ADD = """
INSERT INTO schema_migrations (store, number, name, digest, applied_at)
VALUES ('killrvideo', :number, :name, :digest, :applied_at)
"""

PATIENCE = 180.0
"""Seconds that a process waits for another one that changes the schema."""
COMMENT = re.compile(r"--.*$", re.MULTILINE)
CREATE = re.compile(r"^(CREATE (?:CUSTOM )?(?:TABLE|INDEX|TYPE)) (?!IF )")


def cassandra_migrations() -> tuple[Migration, ...]:
    return migrations_in("killrvideo.adapters.cassandra", "schema")


def statements_of(script: str) -> list[str]:
    """One by one, without comments; each may run again where a process died in the middle of the script."""
    texts = (text.strip() for text in COMMENT.sub("", script).split(";"))
    return [CREATE.sub(r"\1 IF NOT EXISTS ", text) for text in texts if text]


class CassandraSchema:
    def __init__(self, session: CassandraSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def applied(self) -> Sequence[Applied]:
        for make in (MAKE_TABLE, MAKE_LOCK):
            # One cluster can have several keyspaces, and no two tables of one id.
            await self._session.define(
                make.format(id=uuid5(NAMESPACE_OID, self._session.address.keyspace + make))
            )
        rows = await self._session.all_rows(LIST)
        return [Applied(number=row["number"], name=row["name"], digest=row["digest"]) for row in rows]

    async def apply(self, migration: Migration) -> None:
        """Raises MigrationRefused if another process has been at it for too long."""
        try:
            async with schema_lock(self._session, PATIENCE) as renew:
                await self._apply(migration, renew)
        except SchemaBusy:
            raise MigrationRefused(
                "Another process has been changing the schema for minutes. Look at its log; if it has "
                "died, start again in two minutes."
            ) from None

    async def _apply(self, migration: Migration, renew: Renew) -> None:
        if migration.applied not in await self.applied():
            for statement in statements_of(migration.script):
                await renew()
                await self._session.define(statement)
            await self._remember(migration)

    async def _remember(self, migration: Migration) -> None:
        present = migration.applied
        row = {"number": present.number, "name": present.name, "digest": present.digest}
        await self._session.write(ADD, {**row, "applied_at": self._clock.now()})
