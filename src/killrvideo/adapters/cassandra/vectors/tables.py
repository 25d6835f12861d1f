"""Tables that are searched for near vectors: one for each model and dimension, made with its first vector."""

import re
from dataclasses import dataclass
from hashlib import sha256

from killrvideo.adapters.cassandra.cluster.schema_lock import SchemaBusy, schema_lock
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.domain.errors import Unavailable

DIMENSIONS = range(2, 8193)
"""Of those that an index can hold: in one dimension there is no angle."""
PATIENCE = 10.0
"""Seconds that a unit of work waits while another process changes the schema."""
SLUG = re.compile(r"[^a-z0-9]+")
READABLE = 16
"""Characters of the model's name that stay readable in the table's."""

MAKE = """
CREATE TABLE IF NOT EXISTS {name} (video_id uuid PRIMARY KEY, vector vector<float, {dimension}>)
"""
MAKE_INDEX = """
CREATE CUSTOM INDEX IF NOT EXISTS {name}_nearest ON {name} (vector)
USING 'StorageAttachedIndex' WITH OPTIONS = {{'similarity_function': 'cosine'}}
"""
EVERY = "SELECT model, dimension FROM vector_tables"
KNOWN = "SELECT dimension FROM vector_tables WHERE model = :model AND dimension = :dimension"
REMEMBER = "INSERT INTO vector_tables (model, dimension) VALUES (:model, :dimension)"


@dataclass(frozen=True, slots=True)
class VectorTable:
    model: str
    dimension: int

    @property
    def name(self) -> str:
        """Of letters, digits and underscores, 48 at most, whatever the model is called."""
        digest = sha256(self.model.encode()).hexdigest()[:8]
        slug = SLUG.sub("_", self.model.lower())[:READABLE]
        return f"vectors_{slug}_{digest}_{self.dimension}"

    @property
    def put(self) -> str:
        return (
            f"INSERT INTO {self.name} (video_id, vector) VALUES (:video_id, :vector) USING TIMESTAMP :stamp"  # noqa: S608
        )

    @property
    def drop(self) -> str:
        return f"DELETE FROM {self.name} USING TIMESTAMP :stamp WHERE video_id = :video_id"  # noqa: S608

    @property
    def nearest(self) -> str:
        """Ids and scores, never the vectors."""
        return f"""
        SELECT video_id, similarity_cosine(vector, :vector) AS score FROM {self.name}
        ORDER BY vector ANN OF :vector LIMIT :count
        """  # noqa: S608


class VectorTables:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session
        self._known: set[VectorTable] = set()

    async def existing(self, model: str, dimension: int) -> VectorTable | None:
        """None if the model has no vector of this dimension that can be searched."""
        table = VectorTable(model, dimension)
        if table in self._known:
            return table
        if await self._session.row(KNOWN, {"model": model, "dimension": dimension}) is None:
            return None
        self._known.add(table)
        return table

    async def every(self) -> list[VectorTable]:
        """One for each model and dimension that a vector was ever brought in."""
        return [VectorTable(row["model"], row["dimension"]) for row in await self._session.all_rows(EVERY)]

    async def made(self, model: str, dimension: int) -> VectorTable | None:
        """The table, which is made unless it is there; None for a dimension that has no index."""
        if dimension not in DIMENSIONS:
            return None
        return await self.existing(model, dimension) or await self._make(VectorTable(model, dimension))

    async def _make(self, table: VectorTable) -> VectorTable:
        try:
            async with schema_lock(self._session, PATIENCE) as renew:
                for statement in (MAKE, MAKE_INDEX):
                    await renew()
                    await self._session.define(statement.format(name=table.name, dimension=table.dimension))
        except SchemaBusy:
            raise Unavailable("The schema is being changed. Try again in a few seconds.") from None
        await self._session.write(REMEMBER, {"model": table.model, "dimension": table.dimension})
        self._known.add(table)
        return table
