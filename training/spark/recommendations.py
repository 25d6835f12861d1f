"""The job: from what export-interactions wrote to what `killrvideo learn --from` puts into use."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession

from killrvideo.adapters.killrvideo_csv import written_folder
from killrvideo.adapters.learning.lesson import CrowdLesson
from killrvideo.adapters.learning.parquet.lesson import deeds_file, read_card, read_former
from killrvideo.adapters.learning.parquet.model import write_model
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.interactions import KINDS
from killrvideo.service_interfaces.learning import LearnedElsewhere, LearningRefused, Measured, Told
from training.spark.crowd import SparkCrowd
from training.spark.session import spark_session

NAME = "killrvideo-recommendations"
GROUPS_A_CORE = 2


def learn(
    given: Path, lists: Path, settings: Mapping[str, str], groups: int | None, told: Told
) -> LearnedElsewhere:
    """Reads the one folder, writes the other. ``groups`` of people: two for each core unless it is said.

    Raises LearningRefused, CatalogueRefused if there is something at ``lists`` already.
    """
    with written_folder(lists) as draft, spark_session(NAME, settings) as session:
        brought = asyncio.run(learned_from(given, session, groups, told))
        write_model(draft, brought)
    return brought


async def learned_from(
    given: Path, session: SparkSession, groups: int | None, told: Told
) -> LearnedElsewhere:
    former = read_card(given).former
    told("reading")
    files = [str(deeds_file(given, kind).resolve()) for kind in KINDS]
    crowd = SparkCrowd(session, files, groups or GROUPS_A_CORE * session.sparkContext.defaultParallelism)
    lesson = CrowdLesson(crowd)
    if not lesson.size.held_out:
        raise LearningRefused("Nobody has liked or watched enough yet: there is nothing to learn from.")
    learned = await lesson.learn(told)
    measured = None
    if former is not None:
        told("measuring the model in use")
        measured = Measured(former, await lesson.judge(read_former(given)))
    return LearnedElsewhere(learned, lesson.size, from_millis(to_millis(datetime.now(UTC))), measured)
