"""Learning on Spark, in local mode: as much comes of it as of learning in one process, and it is served."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from anyio import run_process

from killrvideo.adapters.learning.algorithms import ALGORITHMS, Algorithm
from killrvideo.adapters.learning.crowd import Crowd, LocalCrowd, Stage
from killrvideo.adapters.learning.interactions import Sparse
from killrvideo.adapters.learning.lesson import CrowdLesson
from killrvideo.adapters.learning.parquet.lesson import LessonFolder, deeds_file
from killrvideo.adapters.learning.parquet.model import read_model
from killrvideo.adapters.learning.pruning import KEPT, LEAST, weights_of
from killrvideo.adapters.learning.trainer import LocalTrainer
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.learning import Quality
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.ratings import Rating
from killrvideo.domain.recommendations import ServedBy
from killrvideo.features.learning import Learning, Outcome
from killrvideo.service_interfaces.interactions import KINDS, Pairs
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.features.test_feeds import made_of
from tests.features.test_learning import Watcher
from tests.holding_still import START, CountingIds, ManualClock
from tests.optional_libraries import needs_spark
from tests.training.made_up_deeds import ratings_and_views, written_to

pytestmark = [needs_spark, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "spark.master": "local[2]",
    "spark.sql.shuffle.partitions": "3",
    # What is compiled and planned again to be faster pays on larger data only.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}
NEAR = 1e-5
"""Sums of single precision in another order."""


class Both(NamedTuple):
    here: Crowd
    on_spark: Crowd


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The same deeds, read in this process, and by Spark in three groups of people."""
    folder, deeds, pairs = tmp_path_factory.mktemp("given"), ratings_and_views(), Pairs()
    asyncio.run(written_to(folder, deeds))
    for kind in KINDS:
        for deed in deeds[kind]:
            pairs.add(deed)
    spark: Any = import_module("training.spark.session")
    with spark.spark_session("tests", SMALL) as session:
        files = [str(deeds_file(folder, kind)) for kind in KINDS]
        crowd = import_module("training.spark.crowd").SparkCrowd(session, files, groups=3)
        yield Both(LocalCrowd(pairs), crowd)


def assert_same_lists(one: Sparse, other: Sparse) -> None:
    """But for the weakest neighbours of each row: of those that are equally strong, any may be kept."""
    ours, theirs = one.toarray(), other.toarray()
    differ = np.abs(ours - theirs) > NEAR
    weakest = np.maximum(np.sort(np.abs(ours), axis=1)[:, -KEPT, None], LEAST)
    strongest_of_both = np.maximum(np.abs(ours), np.abs(theirs))
    assert np.all(np.abs(strongest_of_both - weakest)[differ] <= NEAR)
    assert np.count_nonzero(ours) > 0


def figures(quality: Quality) -> tuple[float, ...]:
    return quality.ndcg, quality.recall, quality.hit_rate, quality.people


def test_people_videos_and_what_is_held_out_are_the_same(both: Both) -> None:
    assert list(both.on_spark.videos) == list(both.here.videos)
    assert both.on_spark.size == both.here.size


@pytest.mark.parametrize("algorithm", [ALGORITHMS[1], ALGORITHMS[-1]], ids=lambda one: one.name)
@pytest.mark.parametrize("stage", list(Stage))
def test_every_algorithm_makes_the_same_lists_of_the_same_quality(
    both: Both, algorithm: Algorithm, stage: Stage
) -> None:
    here = both.here.fit(algorithm, stage)
    assert_same_lists(both.on_spark.fit(algorithm, stage), here)
    # Of the same lists: where they differ by rounding, so may the order of equally good videos.
    assert figures(both.on_spark.judged(here, stage)) == pytest.approx(figures(both.here.judged(here, stage)))


async def test_the_whole_lesson_comes_to_the_same(both: Both) -> None:
    here, there = [await CrowdLesson(crowd).learn(lambda _: None) for crowd in both]
    assert there.algorithm == here.algorithm
    assert figures(there.quality) == pytest.approx(figures(here.quality), abs=0.005)
    for ours, theirs in ((here.served, there.served), (here.judged, there.judged)):
        assert_same_lists(*(weights_of(lists, both.here.videos) for lists in (theirs, ours)))


async def test_what_spark_learned_comes_into_use_and_feeds_are_made_of_it(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, tmp_path: Path
) -> None:
    uploader, people = an_account(), [an_account() for _ in range(12)]
    videos = [a_video(uploader, title=f"Video {number}") for number in range(10)]
    await keep(storage, uploader, *people, *videos)
    for number, person in enumerate(people):
        crowd = videos[:5] if number % 2 else videos[5:]
        for hours, place in enumerate(range(number, number + 4)):
            at = START + timedelta(hours=hours)
            liked = crowd[place % 5].id
            await keep(
                storage, Rating(video_id=liked, account_id=person.id, stars=5, created_at=at, updated_at=at)
            )
    learning = Learning(storage, clock, ids, LocalTrainer(), every=timedelta(days=1))
    first = (await learning.learn(ORIGIN, Watcher())).new
    assert first is not None
    given, brought = tmp_path / "given", tmp_path / "brought"
    given.mkdir()
    with LessonFolder(given) as writer:
        assert await learning.hand_out(writer, Watcher()) == 48

    command = [sys.executable, "-m", "training", "recommendations", str(given), str(brought), "--groups", "2"]
    settings = [word for key, value in SMALL.items() for word in ("--conf", f"{key}={value}")]
    job = await run_process([*command, *settings], cwd=ROOT, check=False)
    assert job.returncode == 0, job.stderr.decode()
    said = " ".join(job.stdout.decode().split())
    assert f"{first.algorithm}, learned from what 12 people did with 10 videos (48 pairs)" in said

    report = await learning.take(ORIGIN, read_model(brought), Watcher())
    assert (report.outcome, report.size) == (Outcome.IN_USE, first.size)
    assert report.new is not None
    assert (report.new.number, report.new.algorithm) == (2, first.algorithm)
    assert report.former is not None
    assert figures(report.former.quality) == pytest.approx(figures(first.quality))
    feed = await made_of(storage, clock).for_you(caller_of(people[0]), PageRequest())
    assert feed.by is ServedBy.PERSONAL
    # Of her own crowd there is one video that she has not met.
    assert feed.what.items[0].video.id == videos[9].id
