"""Heavy jobs that wait for a worker where this process leaves them to others."""

from datetime import datetime, timedelta

import structlog

from killrvideo.domain.jobs import JobKind
from killrvideo.domain.processing import HEAVY
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.jobs import JobQueue

LONG = timedelta(minutes=15)
"""What such a job may be due before it is told, and how long nothing more is said then."""
LOOK_EVERY = timedelta(minutes=1)
OTHERS = frozenset(JobKind) - HEAVY

log = structlog.get_logger(__name__)


class HeavyBacklog:
    """Tells the operator: perhaps there is no worker that does them, or there are too few."""

    def __init__(self, queue: JobQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._looks_at: datetime | None = None

    async def look(self) -> None:
        """To be called often; it looks seldom. Raises Unavailable."""
        now = self._clock.now()
        if self._looks_at is not None and now < self._looks_at:
            return
        self._looks_at = now + LOOK_EVERY
        due = await self._queue.next_due(OTHERS)
        if due is None or now - due < LONG:
            return
        self._looks_at = now + LONG
        log.warning("heavy jobs wait", minutes=(now - due) // timedelta(minutes=1), hint=HINT)


HINT = "This process has KILLRVIDEO_HEAVY_JOBS=0: run `killrvideo worker`, or more of them."
