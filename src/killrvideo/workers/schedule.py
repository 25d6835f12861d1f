"""What the clock sets off: one table, and the loop that keeps it.

Every process at work does; each task bears that.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from killrvideo.application import Application
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Origin
from killrvideo.domain.housekeeping import Standing, SweepRefused
from killrvideo.observability.context import bind_correlation_id
from killrvideo.workers.waiting import Wait

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    name: str
    every: timedelta
    """The pause between the end of one run and the next: a run that was missed is not made up for."""
    run: Callable[[Origin], Coroutine[Any, Any, object]]
    waits_first: bool = False
    """Not to be run before it has waited once: what must not happen in haste."""


def tasks(house: Application) -> tuple[ScheduledTask, ...]:
    async def tend(_: Origin) -> None:
        await house.tend()

    async def mark(_: Origin) -> None:
        standing = await house.housekeeping.mark()
        if standing is not Standing.OURS:
            log.warning("files are not swept", reason=standing.value)

    async def sweep(_: Origin) -> None:
        try:
            await house.housekeeping.sweep_if_due()
        except SweepRefused as refused:
            log.warning("files are not swept", reason=str(refused))

    async def clear_scratch(_: Origin) -> None:
        await house.scratch.clear_unused()

    return (
        ScheduledTask("storage.tend", timedelta(seconds=20), tend),
        ScheduledTask("processing.rescue", timedelta(minutes=1), house.processing.rescue),
        ScheduledTask("embedding.check", timedelta(seconds=45), house.embedding.check),
        ScheduledTask("passages.catch_up", timedelta(minutes=1), house.passages.catch_up),
        ScheduledTask("learning.check", timedelta(minutes=10), house.learning.check),
        ScheduledTask("purge.run", timedelta(hours=1), house.purge.run),
        ScheduledTask("uploads.sweep", timedelta(hours=1), house.uploads.removing.sweep),
        ScheduledTask("scratch.clear", timedelta(hours=1), clear_scratch),
        ScheduledTask("housekeeping.mark", timedelta(hours=1), mark),
        ScheduledTask("housekeeping.sweep", timedelta(hours=1), sweep, waits_first=True),
    )


async def repeat(task: ScheduledTask, closing: asyncio.Event, wait: Wait) -> None:
    """Runs the task now and then at its interval, until ``closing`` is set. No failure of it ends this.

    To be called in an asyncio task of its own, since it binds a correlation id for each run.
    """
    if task.waits_first:
        await wait(closing, task.every.total_seconds())
    while not closing.is_set():
        await _run(task)
        await wait(closing, task.every.total_seconds())


async def _run(task: ScheduledTask) -> None:
    origin = Origin(correlation_id=bind_correlation_id(None))
    began = time.perf_counter()
    try:
        await task.run(origin)
    except Unavailable as outage:
        log.warning("scheduled task put off", task=task.name, reason=outage.detail)
    except Exception:
        log.exception("scheduled task stopped by an unexpected error", task=task.name)
    else:
        log.debug("scheduled task done", task=task.name, ms=round((time.perf_counter() - began) * 1000, 1))
