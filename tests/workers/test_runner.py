"""Workers in the background: woken by commits, bounded, patient with the store, and closed with grace."""

import asyncio
from datetime import timedelta

import pytest
from structlog.typing import EventDict

from killrvideo.domain.errors import SourceFailed
from killrvideo.domain.jobs import JobState
from killrvideo.domain.videos import VideoStatus
from killrvideo.service_interfaces.events import Backlog, Subscription
from killrvideo.workers.pool import PAUSES, POLL
from killrvideo.workers.runner import Workers
from tests.workers.site import FILM, LEASE, Site

FILMS = ("film0000001", "film0000002", "film0000003")


class ToyBus:
    """Keeps EventBus: hands out nothing, and always as many as it is told."""

    def __init__(self, handed_out: int) -> None:
        self._handed_out = handed_out

    def subscribe(self, subscription: Subscription) -> None:
        pass

    async def open(self, *, shared: bool = True) -> None:
        pass

    async def close(self) -> None:
        pass

    async def drain(self) -> int:
        return self._handed_out

    async def backlogs(self) -> dict[str, Backlog]:
        return {}


async def test_a_commit_wakes_the_workers(site: Site) -> None:
    await site.workers.open()
    await site.waits.begun(POLL)

    video_id = await site.submit()

    await site.becomes(video_id, VideoStatus.READY)


async def test_what_waited_before_is_done_after_the_start(site: Site) -> None:
    video_id = await site.submit()
    await site.workers.open()
    await site.becomes(video_id, VideoStatus.READY)


async def test_jobs_of_other_processes_are_found_by_looking_now_and_then(site: Site) -> None:
    other = site.make_workers("second process")  # which no commit wakes
    await other.open()
    await site.waits.begun(POLL)
    video_id = await site.submit()

    await site.waits.end(POLL)

    await site.youtube.question(1)
    await other.close()
    assert (await site.jobs(video_id))[0].state is JobState.DONE


async def test_a_job_that_is_due_soon_is_not_kept_waiting(site: Site) -> None:
    site.youtube.failures[FILM] = SourceFailed("YouTube did not answer.")
    await site.workers.open()
    video_id = await site.submit()

    async def has_failed() -> bool:
        return (await site.jobs(video_id))[0].failures == 1

    await site.until(has_failed)
    site.youtube.failures.clear()
    site.clock.advance(timedelta(milliseconds=600))
    site.workers.wake()
    await site.waits.begun(0.4)

    site.clock.advance(timedelta(milliseconds=400))
    await site.waits.end(0.4)

    await site.becomes(video_id, VideoStatus.READY)


async def test_only_so_many_jobs_run_at_a_time_and_the_next_begins_when_one_ends(site: Site) -> None:
    site.youtube.is_slow = True
    for film in FILMS:
        await site.submit(film)
    workers = site.make_workers("second process", concurrency=2)
    settling = asyncio.create_task(workers.settle())
    first, second = [await site.youtube.question(number) for number in (1, 2)]
    await workers.open()
    await site.waits.begun(POLL)
    assert len(site.youtube.asked) == 2

    first.answer("One")
    third = await site.youtube.question(3)
    assert not second.reply.done()

    second.answer("Two")
    third.answer("Three")
    await settling
    await workers.close()


async def test_an_outage_of_the_store_is_survived_with_growing_pauses(
    site: Site, log: list[EventDict]
) -> None:
    workers = Workers(site.house, site.storage.jobs, ToyBus(0), site.clock, wait=site.waits.wait)
    await site.storage.close()
    await workers.open()
    for pause in PAUSES:
        await site.waits.end(pause)
    await site.waits.begun(PAUSES[-1])
    await site.storage.open()
    video_id = await site.submit()
    await site.waits.end(PAUSES[-1])

    await site.becomes(video_id, VideoStatus.READY)
    outages = [line["reason"] for line in log if line["event"] == "the job queue does not answer"]
    assert outages == ["The store is not open."] * (len(PAUSES) + 1)
    await workers.close()


async def test_closing_waits_for_what_runs_and_begins_nothing_more(site: Site, log: list[EventDict]) -> None:
    site.youtube.is_slow = True
    await site.workers.open()
    video_id = await site.submit()
    question = await site.youtube.question(1)

    closing = asyncio.create_task(site.workers.close())
    question.answer("Just in time")
    await closing

    metadata, publish = await site.jobs(video_id)
    assert (metadata.state, publish.state) == (JobState.DONE, JobState.QUEUED)
    assert (await site.video(video_id)).title == "Just in time"
    assert [line["outcome"] for line in log if line["event"] == "job"] == ["done"]


async def test_closing_stops_what_takes_too_long_and_others_go_on_with_it(
    site: Site, log: list[EventDict]
) -> None:
    site.youtube.is_slow = True
    hasty = site.make_workers("second process", patience=timedelta())
    await hasty.open()
    video_id = await site.submit()
    hasty.wake()
    question = await site.youtube.question(1)

    await hasty.close()

    assert question.was_given_up
    assert [line["outcome"] for line in log if line["event"] == "job"] == ["interrupted"]
    site.youtube.is_slow = False
    site.clock.advance(LEASE)
    await site.workers.settle()
    assert (await site.video(video_id)).status is VideoStatus.READY


async def test_workers_can_be_opened_again(site: Site) -> None:
    await site.workers.open()
    await site.workers.close()
    await site.workers.open()
    await site.becomes(await site.submit(), VideoStatus.READY)


async def test_settling_waits_for_what_runs_in_the_background(site: Site) -> None:
    site.youtube.is_slow = True
    await site.workers.open()
    video_id = await site.submit()
    question = await site.youtube.question(1)

    settling = asyncio.create_task(site.workers.settle())
    question.answer("Waited for")
    await settling

    assert (await site.video(video_id)).status is VideoStatus.READY


async def test_settling_raises_rather_than_go_on_for_ever(site: Site) -> None:
    workers = Workers(site.house, site.storage.jobs, ToyBus(1), site.clock)
    with pytest.raises(RuntimeError, match="1000 rounds"):
        await workers.settle()
