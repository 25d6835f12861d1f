"""Tables that are searched for near vectors: one for each model and dimension, made with its first vector."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Generic, Protocol, TypeVar

from killrvideo.adapters.cassandra.cluster.schema_lock import SchemaBusy, schema_lock
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.domain.errors import Unavailable

DIMENSIONS = range(2, 8193)
"""Of those that an index can hold: in one dimension there is no angle."""
PATIENCE = 10.0
"""Seconds that a unit of work waits while another process changes the schema."""
SLUG = re.compile(r"[^a-z0-9]+")
READABLE = 13
"""Characters of the model's name that stay readable in the table's."""

LAYOUT = 2
MAKE = """
CREATE TABLE IF NOT EXISTS {name} (
  video_id uuid PRIMARY KEY, vector vector<float, {dimension}>, category text, language text,
  uploader_id uuid, submitted_at timestamp, tags set<text>, average double)
"""
MAKE_NEAREST = """
CREATE CUSTOM INDEX IF NOT EXISTS {name}_vector ON {name} (vector)
USING 'StorageAttachedIndex' WITH OPTIONS = {{'similarity_function': 'cosine'}}
"""
MAKE_INDEX = (
    "CREATE CUSTOM INDEX IF NOT EXISTS {{name}}_{column} ON {{name}} ({column}) USING 'StorageAttachedIndex'"
)
INDEXED = ("category", "language", "uploader_id", "submitted_at", "tags", "average")
DEFINITIONS = (MAKE, MAKE_NEAREST, *(MAKE_INDEX.format(column=column) for column in INDEXED))


class SearchedTable(Protocol):
    """A table with vectors of one model and dimension."""

    registry: ClassVar[str]
    """Names the table that tells which ones there are."""
    layout: ClassVar[int]
    definitions: ClassVar[tuple[str, ...]]
    """With {name} and {dimension}."""

    def __init__(self, model: str, dimension: int) -> None: ...
    @property
    def model(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=SearchedTable)


def table_name(kind: str, model: str, dimension: int) -> str:
    """Of letters, digits and underscores, 36 at most, whatever the model is called: names of its indexes are
    longer by a column's.
    """
    digest = sha256(model.encode()).hexdigest()[:8]
    return f"{kind}_{SLUG.sub('_', model.lower())[:READABLE]}_{digest}_{dimension}"


@dataclass(frozen=True, slots=True)
class VectorTable:
    model: str
    dimension: int

    registry: ClassVar[str] = "vector_tables"
    layout: ClassVar[int] = LAYOUT
    definitions: ClassVar[tuple[str, ...]] = DEFINITIONS

    @property
    def name(self) -> str:
        return table_name("nearest", self.model, self.dimension)

    @property
    def put(self) -> str:
        """All but the mean rating."""
        return f"""
        INSERT INTO {self.name} (video_id, vector, category, language, uploader_id, submitted_at, tags)
        VALUES (:video_id, :vector, :category, :language, :uploader_id, :submitted_at, :tags)
        USING TIMESTAMP :stamp
        """  # noqa: S608

    @property
    def drop(self) -> str:
        return f"DELETE FROM {self.name} USING TIMESTAMP :stamp WHERE video_id = :video_id"  # noqa: S608

    @property
    def rate(self) -> str:
        return f"UPDATE {self.name} USING TIMESTAMP :stamp SET average = :average WHERE video_id = :video_id"  # noqa: S608

    def nearest(self, where: str) -> str:
        """Ids and scores, never the vectors, of rows that fulfil a condition."""
        return f"""
        SELECT video_id, similarity_cosine(vector, :vector) AS score FROM {self.name} {where}
        ORDER BY vector ANN OF :vector LIMIT :count
        """  # noqa: S608


class VectorTables(Generic[T]):
    def __init__(self, session: CassandraSession, kind: type[T]) -> None:
        self._session = session
        self._kind = kind
        self._known: set[tuple[str, int]] = set()
        # The name of the registry is a constant of the code.
        self._every_row = f"SELECT model, dimension, layout FROM {kind.registry}"  # noqa: S608
        self._row = f"{self._every_row} WHERE model = :model AND dimension = :dimension"
        self._remember = f"""
        INSERT INTO {kind.registry} (model, dimension, layout) VALUES (:model, :dimension, :layout)
        """  # noqa: S608

    async def existing(self, model: str, dimension: int) -> T | None:
        """None if the model has no vector of this dimension that can be searched."""
        if (model, dimension) not in self._known:
            row = await self._session.row(self._row, {"model": model, "dimension": dimension})
            if row is None or row["layout"] != self._kind.layout:
                return None
            self._known.add((model, dimension))
        return self._kind(model, dimension)

    async def every(self) -> list[T]:
        """One for each model and dimension that a vector was ever brought in."""
        rows = await self._session.all_rows(self._every_row)
        return [
            self._kind(row["model"], row["dimension"]) for row in rows if row["layout"] == self._kind.layout
        ]

    async def made(self, model: str, dimension: int) -> T | None:
        """The table, which is made unless it is there; None for a dimension that has no index."""
        if dimension not in DIMENSIONS:
            return None
        return await self.existing(model, dimension) or await self._make(self._kind(model, dimension))

    async def _make(self, table: T) -> T:
        try:
            async with schema_lock(self._session, PATIENCE) as renew:
                for statement in table.definitions:
                    await renew()
                    await self._session.define(statement.format(name=table.name, dimension=table.dimension))
        except SchemaBusy:
            raise Unavailable("The schema is being changed. Try again in a few seconds.") from None
        row = {"model": table.model, "dimension": table.dimension, "layout": table.layout}
        await self._session.write(self._remember, row)
        self._known.add((table.model, table.dimension))
        return table
