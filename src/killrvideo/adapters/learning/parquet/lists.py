"""Lists of neighbours as a Parquet file: a row for each video, its strongest neighbour first."""

import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from killrvideo.adapters.learning.parquet.library import Arrow
from killrvideo.domain.ids import VideoId
from killrvideo.domain.neighbours import Neighbours
from killrvideo.service_interfaces.learning import LearningRefused, NeighbourLists

ROWS_AT_ONCE = 1_000


class ListsWriter:
    """Writes some lists after others; to be closed."""

    def __init__(self, path: Path, library: Arrow) -> None:
        self._arrow = library.arrow
        self._schema = schema(library.arrow)
        self._file = library.parquet.ParquetWriter(path, self._schema)

    def __enter__(self) -> "ListsWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, lists: NeighbourLists) -> None:
        rows = list(lists.items())
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = [_row(*one) for one in rows[start : start + ROWS_AT_ONCE]]
            self._file.write_table(self._arrow.Table.from_pylist(some, self._schema))

    def close(self) -> None:
        self._file.close()


def schema(arrow: Any) -> Any:
    """What the file says of itself, for any engine."""
    texts, numbers = arrow.list_(arrow.string()), arrow.list_(arrow.float32())
    return arrow.schema([("video_id", arrow.string()), ("neighbour_ids", texts), ("weights", numbers)])


def read_lists(path: Path, library: Arrow) -> NeighbourLists:
    """Raises LearningRefused unless that is what the file holds."""
    try:
        return dict(_lists_in(path, library))
    except (OSError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise LearningRefused(f"{path} holds no lists of neighbours: {error}.") from error


def _lists_in(path: Path, library: Arrow) -> Iterator[tuple[VideoId, Neighbours]]:
    with library.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS_AT_ONCE):
            for row in batch.to_pylist():
                yield VideoId(UUID(row["video_id"])), _neighbours(row["neighbour_ids"], row["weights"])


def _row(video_id: VideoId, neighbours: Neighbours) -> dict[str, object]:
    pairs = neighbours.pairs()
    ids, weights = zip(*pairs, strict=True) if len(neighbours) else ((), ())
    return {
        "video_id": str(video_id),
        "neighbour_ids": [str(UUID(bytes=found)) for found in ids],
        "weights": list(weights),
    }


def _neighbours(ids: list[str], weights: list[float]) -> Neighbours:
    if len(ids) != len(weights) or not all(map(math.isfinite, weights)):
        raise ValueError("each neighbour needs a weight that is a number")
    return Neighbours(b"".join(UUID(one).bytes for one in ids), struct.pack(f"<{len(weights)}f", *weights))
