"""What the clock sets off: the net under lost work, the purge, and a loop that no failure ends."""

import asyncio
from datetime import timedelta

from structlog.typing import EventDict

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Origin
from killrvideo.domain.videos import VideoStatus
from killrvideo.workers.schedule import ScheduledTask, repeat
from tests.builders.keeping import keep
from tests.builders.videos import a_video
from tests.workers.site import Site
from tests.workers.waits import ManualWaits

MINUTE = timedelta(minutes=1)


async def test_a_video_that_lost_its_job_is_found_by_the_minute(site: Site) -> None:
    await site.workers.open()
    await site.waits.begun("processing.rescue")
    lost = a_video(site.account, status=VideoStatus.PENDING)
    await keep(site.storage, lost)
    site.clock.advance(2 * MINUTE)

    await site.waits.end("processing.rescue")

    await site.becomes(lost.id, VideoStatus.READY)


async def test_what_has_no_vector_is_embedded_within_a_minute(site: Site) -> None:
    await site.workers.open()
    await site.waits.begun("embedding.check")
    imported = a_video(site.account, title="Rain")
    await keep(site.storage, imported)

    await site.waits.end("embedding.check")

    async def is_embedded() -> bool:
        return await site.storage.vectors.get(imported.id, "word-hash-1") is not None

    await site.until(is_embedded)


async def test_captions_that_nobody_told_of_are_found_within_a_minute(site: Site) -> None:
    await site.workers.open()
    await site.waits.begun("passages.catch_up")
    imported = a_video(site.account, title="Rain", description="Clouds bring it.")
    await keep(site.storage, imported)

    await site.waits.end("passages.catch_up")

    async def is_cut() -> bool:
        return bool(await site.storage.passages.of(imported.id))

    await site.until(is_cut)


async def test_what_was_deleted_long_ago_is_purged_by_the_hour(site: Site) -> None:
    await site.workers.open()
    await site.waits.begun("purge.run")
    video_id = await site.submit()
    await site.becomes(video_id, VideoStatus.READY)
    await site.house.videos.delete(site.person, video_id)
    site.clock.advance(timedelta(days=31))

    await site.waits.end("purge.run")

    async def is_gone() -> bool:
        return await site.storage.videos.get(video_id) is None

    await site.until(is_gone)


async def test_a_task_that_fails_comes_again_at_its_time(log: list[EventDict]) -> None:
    failures = {1: ZeroDivisionError("a bug of ours"), 2: Unavailable("The disk is full.")}
    runs: list[Origin] = []

    async def run(origin: Origin) -> None:
        runs.append(origin)
        if len(runs) in failures:
            raise failures[len(runs)]

    waits, closing = ManualWaits(), asyncio.Event()
    task = ScheduledTask("tests.run", MINUTE, run)
    repeating = asyncio.create_task(repeat(task, closing, waits.wait))
    for number in (1, 2):
        await waits.begun(MINUTE.total_seconds())
        assert len(runs) == number
        await waits.end(MINUTE.total_seconds())
    await waits.begun(MINUTE.total_seconds())
    closing.set()
    await repeating

    levels = [line["log_level"] for line in log if line.get("task") == "tests.run"]
    assert levels == ["error", "warning", "debug"]
    assert len({origin.correlation_id for origin in runs}) == len(runs) == 3


async def test_what_must_not_happen_in_haste_waits_first() -> None:
    runs: list[Origin] = []

    async def run(origin: Origin) -> None:
        runs.append(origin)

    waits, closing = ManualWaits(), asyncio.Event()
    task = ScheduledTask("tests.run", MINUTE, run, waits_first=True)
    repeating = asyncio.create_task(repeat(task, closing, waits.wait))
    await waits.begun(MINUTE.total_seconds())
    assert runs == []
    await waits.end(MINUTE.total_seconds())
    await waits.begun(MINUTE.total_seconds())
    assert len(runs) == 1
    closing.set()
    await repeating
