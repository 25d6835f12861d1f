"""Whether learning on Spark comes to the same as learning in one process, and what it costs."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from evaluations.datasets import Absent
from evaluations.known_tastes import SEED, known_tastes
from evaluations.movielens import SOURCE, movielens
from evaluations.reports import Figures
from killrvideo.adapters.learning.crowd import Crowd, LocalCrowd
from killrvideo.adapters.learning.lesson import CrowdLesson
from killrvideo.adapters.learning.parquet.lesson import LessonFolder, deeds_file
from killrvideo.adapters.learning.pruning import weights_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import LIKED, Interaction
from killrvideo.service_interfaces.interactions import KINDS, Deed
from killrvideo.service_interfaces.learning import Learned, NeighbourLists
from killrvideo.service_interfaces.moving import HoldingKind

GROUPS = 4
SAME = ("data", "chosen", "nDCG@10 here", "on Spark", "neighbours", "in one only", "largest difference")
COST = ("data", "seconds here", "on Spark", "ratio")


@dataclass(frozen=True, slots=True)
class Lesson:
    learned: Learned
    seconds: float
    """From interactions in memory or in files to lists in memory."""


def spark(console: Console) -> Iterator[Figures]:
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise Absent("PySpark is not installed; `make spark` installs it")
    if shutil.which("java") is None:
        raise Absent("there is no java to run Spark with")
    lessons, start = _lessons(_data(), console)
    yield _same(lessons)
    yield _cost(lessons, start)


def _data() -> Mapping[str, Sequence[Interaction]]:
    films = movielens().ratings
    return {
        "MovieLens 100K, likes": [one for one in films if one.strength == LIKED],
        "MovieLens 100K, all ratings": films,
        "known tastes": known_tastes().likes,
    }


def _lessons(
    data: Mapping[str, Sequence[Interaction]], console: Console
) -> tuple[Mapping[str, tuple[Lesson, Lesson]], float]:
    """Here and on Spark, and the seconds in which Spark started."""
    begun = perf_counter()
    with import_module("training.spark.session").spark_session("evaluation", {}) as session:
        start = perf_counter() - begun
        tracked = track(data.items(), "learning", console=console, transient=True)
        return {name: (_here(some), _on_spark(session, some)) for name, some in tracked}, start


def _same(lessons: Mapping[str, tuple[Lesson, Lesson]]) -> Figures:
    rows = []
    for name, (here, there) in lessons.items():
        ours, theirs = here.learned, there.learned
        count, in_one, largest = _differences(ours.served, theirs.served)
        chosen = dict.fromkeys((ours.algorithm, theirs.algorithm))
        figures = (f"{one.quality.ndcg:.4f}" for one in (ours, theirs))
        rows.append((name, "; ".join(chosen), *figures, f"{count:,}", str(in_one), f"{largest:.1e}"))
    notes = (
        f"{SOURCE}; known tastes are synthetic, seed {SEED}. Both try all of the trainer's algorithms.",
        "Neighbours: of the lists to be served, which keep the hundred strongest of each video. The largest "
        "difference is between weights of the same neighbour.",
    )
    return Figures("Learning on Spark and in one process", SAME, rows, notes)


def _cost(lessons: Mapping[str, tuple[Lesson, Lesson]], start: float) -> Figures:
    rows = [
        (name, f"{here.seconds:.1f}", f"{there.seconds:.1f}", f"{there.seconds / here.seconds:.0f}")
        for name, (here, there) in lessons.items()
    ]
    notes = (
        f"Spark in local mode on {os.cpu_count()} cores, {GROUPS} groups of people. To start it took "
        f"{start:.0f} seconds, which are not in the table.",
    )
    return Figures("What learning on Spark costs on one machine", COST, rows, notes)


def _differences(ours: NeighbourLists, theirs: NeighbourLists) -> tuple[int, int, float]:
    """Neighbours in either, those that are in one only, and how far the weights of the others are apart."""
    videos: list[VideoId] = sorted({*ours, *theirs})
    one, other = (weights_of(lists, videos).toarray() for lists in (ours, theirs))
    both = (one != 0) & (other != 0)
    either = (one != 0) | (other != 0)
    largest = float(np.abs(one - other)[both].max(initial=0))
    return int(either.sum()), int(either.sum() - both.sum()), largest


def _here(interactions: Sequence[Interaction]) -> Lesson:
    begun = perf_counter()
    return _lesson(LocalCrowd(interactions), begun)


def _on_spark(session: Any, interactions: Sequence[Interaction]) -> Lesson:
    with TemporaryDirectory() as scratch:
        asyncio.run(_write(Path(scratch), interactions))
        begun = perf_counter()
        files = [str(deeds_file(Path(scratch), kind)) for kind in KINDS]
        return _lesson(import_module("training.spark.crowd").SparkCrowd(session, files, GROUPS), begun)


def _lesson(crowd: Crowd, begun: float) -> Lesson:
    learned = asyncio.run(CrowdLesson(crowd).learn(lambda _: None))
    return Lesson(learned, perf_counter() - begun)


async def _write(folder: Path, interactions: Sequence[Interaction]) -> None:
    with LessonFolder(folder) as writer:
        deeds = [Deed(one.account_id, one.video_id, one.strength, True, one.millis) for one in interactions]
        await writer.add(HoldingKind.RATINGS, deeds)
        await writer.finish(None)
