"""What people did, spread over the machines of a Spark cluster."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 -- as everybody calls it

from killrvideo.adapters.learning.algorithms import Algorithm
from killrvideo.adapters.learning.crowd import Stage
from killrvideo.adapters.learning.gram import GramRows, rows_at_once
from killrvideo.adapters.learning.interactions import Sparse, Weights, sparse
from killrvideo.adapters.learning.judging import mean_of
from killrvideo.adapters.learning.pruning import pruned
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, Quality
from training.spark import partitions
from training.spark.reading import by_person, interactions, videos_of


class SparkCrowd:
    """Keeps Crowd. Spread are people and what videos have in common; here are ids of videos, and weights.

    An algorithm that needs all rows at once gets them here, too.
    """

    def __init__(self, session: SparkSession, files: Sequence[str], groups: int) -> None:
        """``groups`` of people: a core takes one at a time, which has to fit into memory."""
        self._session = session
        pairs = interactions(session, files).persist()
        self._videos = videos_of(pairs)
        self._people = by_person(session, pairs, self._videos, groups).persist()
        self._grams: dict[Stage, DataFrame] = {}

    @property
    def videos(self) -> Sequence[VideoId]:
        return self._videos

    @cached_property
    def size(self) -> DataSize:
        counts = self._people.mapInArrow(partitions.sizes(len(self._videos)), partitions.SIZES)
        totals = counts.agg(*(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in counts.columns))
        [row] = totals.collect()
        return DataSize(row.people, len(self._videos), row.interactions, row.held_out)

    def fit(self, algorithm: Algorithm, stage: Stage) -> Sparse:
        lengths = self._lengths(stage)
        blocks = self._gram(stage).groupBy((F.col("row") / rows_at_once(len(lengths))).cast("int"))
        if algorithm.needs_all_rows:
            packed = blocks.applyInArrow(partitions.packed_rows(len(lengths)), partitions.ROWS)
            rows = GramRows(0, _unpacked(packed, len(lengths)), lengths)
            return pruned([algorithm.weights(rows)])
        of_rows = partitions.weights_of_rows(algorithm, lengths)
        table = blocks.applyInArrow(of_rows, partitions.WEIGHTS).toArrow()
        row, column, weight = (table[name].to_numpy() for name in ("row", "column", "weight"))
        return sparse(weight, row, column, (len(lengths), len(lengths)))

    def judged(self, weights: Sparse, stage: Stage) -> Quality:
        broadcast = self._session.sparkContext.broadcast(weights)
        of = partitions.qualities(len(self._videos), stage, lambda: broadcast.value)
        found = self._people.mapInArrow(of, partitions.QUALITIES).toArrow().to_pylist()
        broadcast.destroy()
        return mean_of(Quality(**one) for one in found)

    def _gram(self, stage: Stage) -> DataFrame:
        """Cells of videos by videos."""
        if stage not in self._grams:
            cells = self._people.mapInArrow(partitions.shared(len(self._videos), stage), partitions.SHARED)
            added = cells.groupBy("row", "column").agg(F.sum("shared").alias("shared"))
            self._grams[stage] = added.persist()
        return self._grams[stage]

    def _lengths(self, stage: Stage) -> Weights:
        own = self._gram(stage).where("row = column").select("row", "shared").toArrow()
        lengths = np.zeros(len(self._videos), np.float32)
        lengths[own["row"].to_numpy()] = np.sqrt(own["shared"].to_numpy())
        return lengths


def _unpacked(blocks: DataFrame, videos: int) -> Weights:
    whole = np.zeros((videos, videos), np.float32)
    for row in blocks.toLocalIterator():
        block = np.frombuffer(row.shared, np.float32).reshape(-1, videos)
        whole[row.first : row.first + len(block)] = block
    return whole
