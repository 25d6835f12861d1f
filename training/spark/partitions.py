"""What is done with the people of one partition, or with a block of videos: the embedded trainer's own code.

Each function makes one for Spark's mapInArrow or applyInArrow, which runs on the executors.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from killrvideo.adapters.learning.algorithms import Algorithm
from killrvideo.adapters.learning.crowd import Stage, staged
from killrvideo.adapters.learning.gram import GramRows, rows_at_once
from killrvideo.adapters.learning.interactions import Interactions, Sparse, Weights
from killrvideo.adapters.learning.judging import judged
from killrvideo.adapters.learning.pruning import strongest
from killrvideo.domain.learning import Quality

OfPeople = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
OfVideos = Callable[[pa.Table], pa.Table]

SIZES = "people long, interactions long, held_out long"
SHARED = "row int, column int, shared double"
QUALITIES = "ndcg double, recall double, hit_rate double, people long"
ROWS = "first int, shared binary"
WEIGHTS = "row int, column int, weight float"


def sizes(videos: int) -> OfPeople:
    def of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        whole = _interactions(batches, videos)
        held_out = len(staged(whole, Stage.MEASURING).held_out)
        yield pa.record_batch(
            {"people": [whole.people], "interactions": [len(whole)], "held_out": [held_out]}
        )

    return of


def shared(videos: int, stage: Stage) -> OfPeople:
    """What videos have in common by these people: cells of the Gram matrix, to be added up."""

    def of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        matrix = staged(_interactions(batches, videos), stage).seen.matrix().astype(np.float64)
        gram = (matrix.T @ matrix).tocoo()
        row, column = (places.astype(np.int32) for places in gram.coords)
        yield pa.record_batch({"row": row, "column": column, "shared": gram.data})

    return of


def qualities(videos: int, stage: Stage, weights: Callable[[], Sparse]) -> OfPeople:
    """``weights`` fetches what was broadcast."""

    def of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found: Quality = judged(weights(), staged(_interactions(batches, videos), stage))
        columns = {
            "ndcg": found.ndcg,
            "recall": found.recall,
            "hit_rate": found.hit_rate,
            "people": found.people,
        }
        yield pa.record_batch({name: [value] for name, value in columns.items()})

    return of


def packed_rows(videos: int) -> OfVideos:
    """A block of the Gram matrix, as it is in memory."""

    def of(cells: pa.Table) -> pa.Table:
        first, block = _block(cells, videos)
        return pa.table({"first": pa.array([first], pa.int32()), "shared": [block.tobytes()]})

    return of


def weights_of_rows(algorithm: Algorithm, lengths: Weights) -> OfVideos:
    """The strongest weights of a block of videos, by an algorithm that needs no other rows."""

    def of(cells: pa.Table) -> pa.Table:
        first, block = _block(cells, len(lengths))
        kept = strongest(algorithm.weights(GramRows(first, block, lengths))).tocoo()
        row, column = (places.astype(np.int32) for places in kept.coords)
        return pa.table({"row": row + np.int32(first), "column": column, "weight": kept.data})

    return of


def _interactions(batches: Iterator[pa.RecordBatch], videos: int) -> Interactions:
    """People get numbers in the order of their rows."""
    some = list(batches)
    if not some:
        nothing = np.zeros(0, np.int64)
        return Interactions.of(nothing, nothing, np.zeros(0, np.float32), people=0, videos=videos)
    table = pa.Table.from_batches(some).combine_chunks()
    people = table["account_id"].combine_chunks().dictionary_encode()
    return Interactions.of(
        people.indices.to_numpy().astype(np.int64),
        table["video"].to_numpy().astype(np.int64),
        table["strength"].to_numpy(),
        people=len(people.dictionary),
        videos=videos,
    )


def _block(cells: pa.Table, videos: int) -> tuple[int, Weights]:
    """The cells of one block as rows, with the video that the first of them stands for."""
    row, column = cells["row"].to_numpy(), cells["column"].to_numpy()
    at_once = rows_at_once(videos)
    first = int(row[0]) // at_once * at_once
    block = np.zeros((min(at_once, videos - first), videos), np.float32)
    block[row - first, column] = cells["shared"].to_numpy()
    return first, block
