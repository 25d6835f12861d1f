"""Tables in which passages that are near to a vector are found: one for each model and dimension."""

from dataclasses import dataclass
from typing import ClassVar

from killrvideo.adapters.cassandra.vectors.tables import MAKE_INDEX, MAKE_NEAREST, table_name

MAKE = """
CREATE TABLE IF NOT EXISTS {name} (
  video_id uuid, number int, vector vector<float, {dimension}>, category text, language text,
  uploader_id uuid, submitted_at timestamp, tags set<text>, PRIMARY KEY (video_id, number))
"""
INDEXED = ("category", "language", "uploader_id", "submitted_at", "tags")


@dataclass(frozen=True, slots=True)
class PassageTable:
    model: str
    dimension: int

    registry: ClassVar[str] = "passage_tables"
    layout: ClassVar[int] = 1
    definitions: ClassVar[tuple[str, ...]] = (
        MAKE,
        MAKE_NEAREST,
        *(MAKE_INDEX.format(column=column) for column in INDEXED),
    )

    @property
    def name(self) -> str:
        return table_name("heard", self.model, self.dimension)

    # The name holds letters, digits and underscores only.

    @property
    def put(self) -> str:
        return f"""
        INSERT INTO {self.name}
          (video_id, number, vector, category, language, uploader_id, submitted_at, tags)
        VALUES (:video_id, :number, :vector, :category, :language, :uploader_id, :submitted_at, :tags)
        USING TIMESTAMP :stamp
        """  # noqa: S608

    @property
    def drop(self) -> str:
        """All of a video."""
        return f"DELETE FROM {self.name} USING TIMESTAMP :stamp WHERE video_id = :video_id"  # noqa: S608

    def nearest(self, where: str) -> str:
        """Keys and scores, never the vectors, of rows that fulfil a condition."""
        return f"""
        SELECT video_id, number, similarity_cosine(vector, :vector) AS score FROM {self.name} {where}
        ORDER BY vector ANN OF :vector LIMIT :count
        """  # noqa: S608
