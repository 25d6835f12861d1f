"""Ratings and views from Parquet files, as one row for each person and video."""

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 -- as everybody calls it

from killrvideo.domain.ids import VideoId


def interactions(session: SparkSession, files: Sequence[str]) -> DataFrame:
    """The last instant of each pair, and its strength: a rating says more than views of the same."""
    rated = F.max(F.when(F.col("rated"), F.col("strength")))
    return (
        session.read.parquet(*files)
        .groupBy("account_id", "video_id")
        .agg(
            F.coalesce(rated, F.max("strength")).alias("strength"),
            F.max("millis").alias("millis"),
            F.min("place").alias("place"),
        )
    )


def videos_of(pairs: DataFrame) -> list[VideoId]:
    """As they first come up, which is their number: all that is not spread over many machines."""
    first = pairs.groupBy("video_id").agg(F.min("place").alias("place")).orderBy("place")
    return [
        VideoId(UUID(video_id)) for video_id in first.select("video_id").toArrow()["video_id"].to_pylist()
    ]


def by_person(session: SparkSession, pairs: DataFrame, videos: Sequence[VideoId], groups: int) -> DataFrame:
    """Each person's rows one after another in one partition, oldest first, with numbers for videos."""
    ids = pa.array([str(video) for video in videos], pa.string())
    numbers = pa.table({"video_id": ids, "video": pa.array(range(len(videos)), pa.int32())})
    return (
        pairs.join(F.broadcast(session.createDataFrame(numbers)), "video_id")
        .repartition(groups, "account_id")
        .sortWithinPartitions("account_id", "millis", "place")
        .select("account_id", "video", "strength")
    )
