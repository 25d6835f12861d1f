"""The house at work without a reader: jobs, reactions and the schedule, in the background or until quiet."""

import asyncio
import contextlib
from datetime import timedelta

from killrvideo.application import Application
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import EventBus
from killrvideo.service_interfaces.jobs import JobQueue
from killrvideo.workers import schedule
from killrvideo.workers.jobs import JobRunner
from killrvideo.workers.leases import LeaseKeeper
from killrvideo.workers.pool import JobPool
from killrvideo.workers.reactions import subscriptions
from killrvideo.workers.waiting import Wait, wait_at_most

LEASE = timedelta(seconds=30)
CONCURRENCY = 4
HEAVY = 1
PATIENCE = timedelta(seconds=10)
MOST_ROUNDS = 1000


class Workers:
    """Subscribes to the bus when it is made; opens and closes it with itself."""

    def __init__(
        self,
        house: Application,
        queue: JobQueue,
        bus: EventBus,
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        concurrency: int = CONCURRENCY,
        heavy: int = HEAVY,
        patience: timedelta = PATIENCE,
        wait: Wait = wait_at_most,
    ) -> None:
        """``lease`` is how long others leave a job alone after a sign of life from this process,
        ``concurrency`` how many jobs it runs at a time, ``heavy`` how many of them may keep processors busy,
        and ``patience`` how long `close` waits for them.
        """
        self._bus = bus
        self._patience = patience
        self._wait = wait
        self._tasks = schedule.tasks(house)
        runner = JobRunner(house, LeaseKeeper(queue, clock, lease, wait))
        self._pool = JobPool(
            queue, runner, clock, lease=lease, concurrency=concurrency, heavy=heavy, wait=wait
        )
        self._closing = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        for subscription in subscriptions(house):
            bus.subscribe(subscription)

    async def open(self) -> None:
        """Begins to work in the background."""
        self._closing.clear()
        await self._bus.open()
        self._loops = [asyncio.create_task(self._pool.work(self._closing), name="jobs")]
        for task in self._tasks:
            repeating = schedule.repeat(task, self._closing, self._wait)
            self._loops.append(asyncio.create_task(repeating, name=task.name))

    async def listen(self) -> None:
        """In place of `open`, for a process that only answers: what it holds in memory follows events."""
        await self._bus.open(shared=False)

    async def close(self) -> None:
        """Begins nothing more, waits for what runs, and stops what takes too long: others go on with it."""
        self._closing.set()
        self._pool.wake()
        loops, self._loops = self._loops, []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.total_seconds()):
                await asyncio.gather(*loops)
                await self._pool.quiet()
        await self._pool.abandon()
        await self._bus.close()

    def wake(self) -> None:
        """Something was committed: there may be a job to do. To be called on the event loop."""
        self._pool.wake()

    async def settle(self) -> None:
        """Returns when every event has been handed out and no job is due. Needs no `open`.

        Raises Unavailable, and RuntimeError if the end never comes.
        """
        for _ in range(MOST_ROUNDS):
            await self._pool.quiet()
            begun_before = self._pool.begun
            handed_out = await self._bus.drain()
            await self._pool.begin_due()
            if not handed_out and self._pool.begun == begun_before:
                return
        raise RuntimeError(f"There was still something to do after {MOST_ROUNDS} rounds.")
