"""A process that submits a job with two events, hands these out and claims the job, if it lives so long.

Run as ``python -m tests.adapters.dying_process FILE FAILPOINT``; prints the events that it handles.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.failpoints import CrashAt
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Origin, Recorded, VideoPublished, VideoSubmitted
from killrvideo.domain.ids import AccountId, JobId, VideoId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.service_interfaces.events import Delivery, Subscription
from tests.holding_still import CountingIds, ManualClock

UNIT = "tests.submit"
VIDEO = VideoId(UUID("019ca900-0000-7000-8000-000000000001"))
PERSON = AccountId(UUID("019ca900-0000-7000-8000-000000000002"))
ORIGIN = Origin(correlation_id="request-1")
LEASE = timedelta(seconds=30)


async def printing(recorded: Recorded) -> None:
    sys.stdout.write(f"{recorded.event.version}\n")
    sys.stdout.flush()


async def submit(storage: SqliteStorage, clock: ManualClock) -> None:
    now = clock.now()
    work = storage.begin(UNIT, ORIGIN)
    storage.jobs.enqueue(
        work,
        Job(
            id=JobId(UUID(int=1)),
            kind=JobKind.VIDEO_METADATA,
            subject=VIDEO,
            run_at=now,
            created_at=now,
            origin=ORIGIN,
        ),
    )
    work.publish(VideoSubmitted(video_id=VIDEO, uploader_id=PERSON))
    work.publish(VideoPublished(video_id=VIDEO, version=2))
    await work.commit()


async def live(file: Path, failpoint: str) -> None:
    clock = ManualClock()
    failpoints = CrashAt(failpoint)
    storage = SqliteStorage(file, clock, CountingIds(clock.now), failpoints=failpoints)
    await storage.open()
    bus = InProcessBus(storage.outbox, clock, "dying", failpoints=failpoints)
    bus.subscribe(Subscription("index", Delivery.SHARED, printing))
    await submit(storage, clock)
    await bus.drain()
    await storage.jobs.claim(clock.now(), LEASE)
    await storage.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
