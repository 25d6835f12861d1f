"""From a submission to READY, or to ERROR with a reason and a retry: what jobs do when they are run."""

from datetime import timedelta

import pytest
from structlog.typing import EventDict

from killrvideo.domain.errors import SourceFailed, SourceNotFound
from killrvideo.domain.events import VideoPublished, VideoSubmitted
from killrvideo.domain.jobs import JobKind, JobState
from killrvideo.domain.processing import JOB_OF, STEPS
from killrvideo.domain.videos import LocationType, VideoStatus
from killrvideo.workers.jobs import UNEXPECTED, verbs
from tests.builders.stored import left_behind
from tests.holding_still import ManualClock
from tests.workers.site import FILM, LEASE, Site

DOWN = SourceFailed("YouTube did not answer.")


async def test_every_kind_of_job_has_a_verb(site: Site) -> None:
    assert set(verbs(site.house)) == set(JobKind)


async def test_a_submitted_video_becomes_ready_with_its_metadata(site: Site) -> None:
    video_id = await site.submit()
    assert (await site.video(video_id)).status is VideoStatus.PENDING

    await site.workers.settle()

    video = await site.video(video_id)
    assert (video.status, video.title, video.tags) == (VideoStatus.READY, f"The film {FILM}", ("film",))
    told = [recorded.type for recorded in await left_behind(site.storage)]
    assert told == [VideoSubmitted.__name__, VideoPublished.__name__]
    assert {job.state for job in await site.jobs(video_id)} == {JobState.DONE}


async def test_everything_that_is_due_is_done_at_once(site: Site) -> None:
    submitted = [await site.submit(f"film{number:07}") for number in range(9)]

    await site.workers.settle()

    assert {(await site.video(video_id)).status for video_id in submitted} == {VideoStatus.READY}


async def test_a_source_that_is_down_is_asked_again_after_growing_pauses(site: Site) -> None:
    site.youtube.failures[FILM] = DOWN
    video_id = await site.submit()

    for asked, pause in enumerate((1, 4, 10), start=1):
        await site.workers.settle()
        assert len(site.youtube.asked) == asked
        assert (await site.video(video_id)).status is VideoStatus.PROCESSING
        site.clock.advance(timedelta(seconds=pause, milliseconds=-1))
        await site.workers.settle()
        assert len(site.youtube.asked) == asked
        site.clock.advance(timedelta(milliseconds=1))
    await site.workers.settle()

    video = await site.video(video_id)
    assert video.status is VideoStatus.ERROR
    assert video.error == "YouTube did not answer. We tried 4 times; you can retry it."


async def test_a_retry_makes_a_failed_video_ready(site: Site) -> None:
    site.youtube.failures[FILM] = SourceNotFound("YouTube has no such public video.")
    video_id = await site.submit()
    await site.workers.settle()
    failed = await site.video(video_id)
    assert (failed.status, failed.error) == (VideoStatus.ERROR, "YouTube has no such public video.")

    site.youtube.failures.clear()
    await site.house.processing.retry(site.person, video_id)
    await site.workers.settle()

    video = await site.video(video_id)
    assert (video.status, video.error) == (VideoStatus.READY, None)


async def test_the_tries_begin_anew_with_a_retry(site: Site, clock: ManualClock) -> None:
    site.youtube.failures[FILM] = DOWN
    video_id = await site.submit()
    for _ in range(4):
        await site.workers.settle()
        clock.advance(timedelta(seconds=10))
    assert (await site.video(video_id)).status is VideoStatus.ERROR

    await site.house.processing.retry(site.person, video_id)
    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.PROCESSING
    assert len(site.youtube.asked) == 5


async def test_an_unexpected_error_ends_in_a_reason_for_the_owner_and_a_stack_for_the_operator(
    site: Site, log: list[EventDict]
) -> None:
    site.youtube.failures[FILM] = ZeroDivisionError("a bug of ours")
    video_id = await site.submit()
    other = await site.submit("aqz-KE-bpKQ")

    await site.workers.settle()

    video = await site.video(video_id)
    assert (video.status, video.error) == (VideoStatus.ERROR, UNEXPECTED)
    assert (await site.video(other)).status is VideoStatus.READY
    (stack,) = [line for line in log if line["log_level"] == "error"]
    assert stack["exc_info"] is True
    assert stack["subject"] == str(video_id)


async def test_a_video_that_seems_to_kill_its_workers_is_given_up(site: Site) -> None:
    video_id = await site.submit()
    for _ in range(100):
        assert await site.storage.jobs.claim(site.clock.now(), LEASE)
        site.clock.advance(LEASE)

    await site.workers.settle()

    video = await site.video(video_id)
    assert video.status is VideoStatus.ERROR
    assert video.error == "Processing was interrupted too often; you can retry it."


async def test_each_job_leaves_one_line_that_can_be_traced_to_the_request(
    site: Site, log: list[EventDict]
) -> None:
    site.youtube.failures[FILM] = DOWN
    video_id = await site.submit()
    await site.workers.settle()
    site.youtube.failures.clear()
    site.clock.advance(timedelta(seconds=1))
    await site.workers.settle()

    lines = [line for line in log if line["event"] == "job"]
    others = [JOB_OF[step] for step in STEPS[LocationType.YOUTUBE][1:]]
    assert [(line["kind"], line["attempt"], line["outcome"]) for line in lines] == [
        (JobKind.VIDEO_METADATA, 1, "queued"),
        (JobKind.VIDEO_METADATA, 2, "done"),
        *((kind, 1, "done") for kind in others),
    ]
    assert {line["subject"] for line in lines} == {str(video_id)}
    assert all(line["ms"] >= 0 for line in lines)
    assert {asked.correlation_id for asked in site.youtube.asked} == {"a-test"}


@pytest.mark.parametrize("times", [1, 3])
async def test_a_video_deleted_while_it_waits_is_left_alone_until_it_is_restored(
    site: Site, times: int
) -> None:
    video_id = await site.submit()
    for _ in range(times):
        await site.house.videos.delete(site.person, video_id)
        await site.workers.settle()
        assert (await site.video(video_id)).status is VideoStatus.PENDING
        await site.house.videos.restore(site.person, video_id)
    assert not site.youtube.asked

    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.READY
    assert len(site.youtube.asked) == 1


async def test_a_video_deleted_while_it_is_worked_on_is_finished_after_it_was_restored(site: Site) -> None:
    site.youtube.failures[FILM] = DOWN
    video_id = await site.submit()
    await site.workers.settle()
    await site.house.videos.delete(site.person, video_id)
    site.clock.advance(timedelta(seconds=1))
    await site.workers.settle()
    assert len(site.youtube.asked) == 1

    site.youtube.failures.clear()
    await site.house.videos.restore(site.person, video_id)
    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.READY
