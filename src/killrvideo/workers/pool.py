"""Working through the queue: claims what is due and runs it, a bounded number of jobs at a time."""

import asyncio
from datetime import timedelta

import structlog

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.jobs import JobKind
from killrvideo.domain.processing import HEAVY
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.jobs import JobQueue
from killrvideo.workers.backlog import HeavyBacklog
from killrvideo.workers.jobs import JobRunner
from killrvideo.workers.waiting import Wait

POLL = 1.0
"""Seconds after which the queue is looked at though nobody woke us: other processes fill it too."""
SHORTEST_WAIT = 0.01
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before each further look at a queue that did not answer; the last one is repeated."""

log = structlog.get_logger(__name__)


class JobPool:
    """No failure of a job or of the queue ends it."""

    def __init__(
        self,
        queue: JobQueue,
        runner: JobRunner,
        clock: Clock,
        *,
        lease: timedelta,
        concurrency: int,
        heavy: int,
        wait: Wait,
    ) -> None:
        """Of so many jobs at a time, so many may be heavy ones."""
        self._queue = queue
        self._runner = runner
        self._clock = clock
        self._lease = lease
        self._concurrency = concurrency
        self._heavy = heavy
        self._wait = wait
        self._left_alone = None if heavy else HeavyBacklog(queue, clock)
        self.begun = 0
        """How many jobs were ever begun here."""
        self._awake = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._running: dict[asyncio.Task[None], JobKind] = {}

    def wake(self) -> None:
        """There may be a job that is due. To be called on the event loop."""
        self._awake.set()

    async def work(self, closing: asyncio.Event) -> None:
        """Begins each job when it is due, until ``closing`` is set and `wake` called."""
        failures = 0
        while not closing.is_set():
            self._awake.clear()
            try:
                await self.begin_due()
                seconds = await self._seconds_to_next()
                if self._left_alone:
                    await self._left_alone.look()
            except Exception as error:
                failures += 1
                _tell(error)
                await self._wait(closing, PAUSES[min(failures, len(PAUSES)) - 1])
            else:
                failures = 0
                await self._wait(self._awake, seconds)

    async def begin_due(self) -> None:
        """Claims what is due and begins it, while there is room. Raises Unavailable."""
        async with self._claiming:
            while not self._is_full:
                job = await self._queue.claim(self._clock.now(), self._lease, self._left_to_others)
                if job is None:
                    break
                task = asyncio.create_task(self._runner.run(job))
                self._running[task] = job.kind
                task.add_done_callback(self._ended)
                self.begun += 1

    async def quiet(self) -> None:
        """Returns when no job runs here."""
        while self._running:
            await asyncio.wait(self._running)

    async def abandon(self) -> None:
        """Stops what still runs; it is somebody's again when its lease has run out."""
        for task in self._running:
            task.cancel()
        await self.quiet()

    @property
    def _is_full(self) -> bool:
        return len(self._running) >= self._concurrency

    @property
    def _left_to_others(self) -> frozenset[JobKind]:
        heavy = sum(kind in HEAVY for kind in self._running.values())
        return HEAVY if heavy >= self._heavy else frozenset()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self.wake()

    async def _seconds_to_next(self) -> float:
        due = None if self._is_full else await self._queue.next_due(self._left_to_others)
        if due is None:
            return POLL
        return min(max((due - self._clock.now()).total_seconds(), SHORTEST_WAIT), POLL)


def _tell(error: Exception) -> None:
    if isinstance(error, Unavailable):
        log.warning("the job queue does not answer", reason=error.detail)
    else:
        log.error("the job queue cannot be read", exc_info=error)
