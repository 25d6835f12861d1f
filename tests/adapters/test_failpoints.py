"""A process that dies between any two steps leaves all of a change or nothing, and nothing is ever lost."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.leases import LEASE
from killrvideo.adapters.failpoints import EXIT_STATUS, CrashAt, NoFailpoints
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Recorded
from killrvideo.domain.jobs import JobState
from killrvideo.service_interfaces.events import Delivery, Subscription
from killrvideo.service_interfaces.failpoints import (
    JOB_CLAIMED,
    RELAY_HANDLED,
    Stage,
    statement_point,
    unit_point,
)
from tests.adapters.dying_process import UNIT, VIDEO
from tests.builders.stored import left_behind
from tests.holding_still import CountingIds, ManualClock

ROOT = Path(__file__).parents[2]
BEFORE_THE_COMMIT = [
    unit_point(UNIT, Stage.COLLECTED),
    *(statement_point(UNIT, number) for number in (1, 2, 3)),
    unit_point(UNIT, Stage.APPLIED),
]
Reopening = Callable[[], AbstractAsyncContextManager[SqliteStorage]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def reopened(file: Path, clock: ManualClock, ids: CountingIds) -> Reopening:
    @asynccontextmanager
    async def reopening() -> AsyncIterator[SqliteStorage]:
        clock.advance(LEASE)
        storage = SqliteStorage(file, clock, ids)
        await storage.open()
        yield storage
        await storage.close()

    return reopening


def die(file: Path, failpoint: str) -> list[int]:
    """Runs the process to its end there; the events that it handled before."""
    died = subprocess.run(
        [sys.executable, "-m", "tests.adapters.dying_process", str(file), failpoint],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert died.returncode == EXIT_STATUS, died.stderr
    return [int(line) for line in died.stdout.splitlines()]


@pytest.mark.parametrize("failpoint", BEFORE_THE_COMMIT)
async def test_before_the_commit_nothing_is_there(file: Path, reopened: Reopening, failpoint: str) -> None:
    die(file, failpoint)
    async with reopened() as storage:
        assert await storage.jobs.for_subject(VIDEO) == []
        assert await left_behind(storage) == []


async def test_after_the_commit_everything_is_there(file: Path, reopened: Reopening) -> None:
    assert die(file, unit_point(UNIT, Stage.COMMITTED)) == []
    async with reopened() as storage:
        (job,) = await storage.jobs.for_subject(VIDEO)
        assert job.state is JobState.QUEUED
        assert len(await left_behind(storage)) == 2


@pytest.mark.parametrize("time", [1, 2])
async def test_an_event_whose_handling_was_not_saved_comes_again(
    file: Path, reopened: Reopening, clock: ManualClock, time: int
) -> None:
    assert die(file, f"{RELAY_HANDLED}@{time}") == [1, 2][:time]
    again: list[int] = []

    async def handling(recorded: Recorded) -> None:
        again.append(recorded.event.version)

    async with reopened() as storage:
        bus = InProcessBus(storage.outbox, clock, "successor")
        bus.subscribe(Subscription("index", Delivery.SHARED, handling))
        await bus.drain()
    assert again == [1, 2]


async def test_a_job_whose_worker_died_is_claimed_by_the_next(
    file: Path, reopened: Reopening, clock: ManualClock
) -> None:
    assert die(file, JOB_CLAIMED) == [1, 2]
    async with reopened() as storage:
        job = await storage.jobs.claim(clock.now(), LEASE)
        assert job is not None
        assert (job.subject, job.attempts) == (VIDEO, 2)


def test_other_points_are_passed() -> None:
    NoFailpoints().reach("tests.submit:applied")
    point = CrashAt("tests.submit:applied@3")
    for name in ("tests.submit:applied", "tests.submit:applied", "tests.submit:collected"):
        point.reach(name)


@pytest.mark.parametrize("spec", ["", "name@", "name@0", "name@two", "@1", "name@1@2"])
def test_a_specification_that_makes_no_sense_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="name@N"):
        CrashAt(spec)
