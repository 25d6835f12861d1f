"""Workers that die, sleep or are overtaken: others go on, and nobody writes over them."""

import asyncio
from datetime import timedelta

import pytest
from structlog.typing import EventDict

from killrvideo.domain.errors import LeaseLost, SourceNotFound
from killrvideo.domain.videos import VideoStatus
from tests.workers.site import FILM, LEASE, Site

BEAT = LEASE.total_seconds() / 3


async def test_a_job_of_a_dead_worker_is_finished_by_another(site: Site) -> None:
    video_id = await site.submit()
    assert await site.storage.jobs.claim(site.clock.now(), LEASE)  # by one that dies right after

    site.clock.advance(LEASE - timedelta(milliseconds=1))
    await site.workers.settle()
    assert (await site.video(video_id)).status is VideoStatus.PENDING

    site.clock.advance(timedelta(milliseconds=1))
    await site.workers.settle()
    assert (await site.video(video_id)).status is VideoStatus.READY


async def test_a_worker_that_wakes_up_late_changes_nothing(site: Site, log: list[EventDict]) -> None:
    site.youtube.is_slow = True
    video_id = await site.submit()
    asleep = asyncio.create_task(site.workers.settle())
    first = await site.youtube.question(1)

    site.clock.advance(LEASE)
    site.youtube.is_slow = False
    other = site.make_workers("second process")
    await other.settle()
    finished = await site.video(video_id)
    assert finished.status is VideoStatus.READY

    first.answer("What the video was called before")
    await asleep

    assert await site.video(video_id) == finished
    assert "lease lost" in [line.get("outcome") for line in log]
    await other.close()


async def test_a_worker_that_has_not_written_yet_when_it_is_overtaken_does_not_begin(site: Site) -> None:
    video_id = await site.submit()
    late = await site.storage.jobs.claim(site.clock.now(), LEASE)
    assert late is not None
    site.clock.advance(LEASE)
    site.youtube.failures[FILM] = SourceNotFound("YouTube has no such public video.")
    await site.workers.settle()
    failed = await site.video(video_id)
    assert failed.status is VideoStatus.ERROR

    with pytest.raises(LeaseLost):
        await site.house.steps.run(late, lambda _: None)

    assert await site.video(video_id) == failed


async def test_a_heartbeat_keeps_a_long_job(site: Site) -> None:
    site.youtube.is_slow = True
    video_id = await site.submit()
    working = asyncio.create_task(site.workers.settle())
    question = await site.youtube.question(1)

    for _ in range(4):
        site.clock.advance(timedelta(seconds=BEAT))
        await site.waits.end(BEAT)
        await site.waits.begun(BEAT)
    assert await site.storage.jobs.claim(site.clock.now(), LEASE) is None

    question.answer("A long film")
    await working
    assert (await site.video(video_id)).title == "A long film"


async def test_a_worker_that_learns_of_its_successor_stops_at_once(site: Site) -> None:
    site.youtube.is_slow = True
    video_id = await site.submit()
    working = asyncio.create_task(site.workers.settle())
    question = await site.youtube.question(1)
    site.clock.advance(LEASE)
    assert await site.storage.jobs.claim(site.clock.now(), LEASE)
    overtaken = await site.video(video_id)

    await site.waits.end(BEAT)
    await working

    assert question.was_given_up
    assert await site.video(video_id) == overtaken


async def test_a_missed_heartbeat_stops_nothing(site: Site, log: list[EventDict]) -> None:
    site.youtube.is_slow = True
    video_id = await site.submit()
    working = asyncio.create_task(site.workers.settle())
    question = await site.youtube.question(1)
    await site.waits.begun(BEAT)
    await site.storage.close()
    await site.waits.end(BEAT)
    await site.waits.begun(BEAT)
    await site.storage.open()

    question.answer("A film that came through")
    await working

    assert (await site.video(video_id)).status is VideoStatus.READY
    assert "heartbeat missed" in [line["event"] for line in log]
