"""Steps that a video can do without, and how many heavy ones run at a time."""

import asyncio
from datetime import timedelta

import pytest
from structlog.typing import EventDict

from killrvideo.domain.errors import NothingToRetry, SourceNotFound, ToolFailed
from killrvideo.domain.events import VideoPublished, VideoRetried
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.media import Source
from killrvideo.domain.processing import HEAVY, StepReport, StepState
from killrvideo.domain.videos import VideoStatus
from killrvideo.workers.backlog import LONG
from killrvideo.workers.pool import POLL, JobPool
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video, media_of
from tests.builders.stored import left_behind
from tests.workers.site import LEASE, Site

MINUTE = timedelta(minutes=1)
GONE = SourceNotFound("YouTube has no picture of this video.")


async def thumbnail_of(site: Site, video_id: VideoId) -> StepReport:
    progress = await site.house.processing.progress(site.person, video_id)
    return next(report for report in progress.steps if report.step == "thumbnail")


async def test_a_video_is_published_without_a_step_that_fails_for_good(site: Site) -> None:
    site.youtube.no_thumbnail = GONE
    video_id = await site.submit()
    await site.workers.settle()

    video = await site.video(video_id)
    assert (video.status, video.error) == (VideoStatus.READY, None)
    report = await thumbnail_of(site, video_id)
    assert (report.state, report.error) == (StepState.FAILED, GONE.detail)


async def test_such_a_step_is_tried_as_often_as_any_before_it_is_left_out(site: Site) -> None:
    site.youtube.no_thumbnail = ToolFailed("The disk is full.")
    video_id = await site.submit()
    for seconds in (1, 4, 10):
        await site.workers.settle()
        assert (await site.video(video_id)).status is VideoStatus.PROCESSING
        site.clock.advance(timedelta(seconds=seconds))
    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.READY
    report = await thumbnail_of(site, video_id)
    assert (report.state, report.attempts) == (StepState.FAILED, 4)


async def test_a_retry_of_a_published_video_runs_what_it_lacks_and_publishes_nothing_twice(
    site: Site,
) -> None:
    site.youtube.no_thumbnail = GONE
    video_id = await site.submit()
    await site.workers.settle()
    site.youtube.no_thumbnail = None

    await site.house.processing.retry(site.person, video_id)
    await site.workers.settle()

    assert (await thumbnail_of(site, video_id)).state is StepState.DONE
    video = await site.video(video_id)
    assert video.status is VideoStatus.READY
    assert str(video.thumbnail_url).startswith(f"/api/v1/videos/{video_id}/pictures/")
    told = [recorded.type for recorded in await left_behind(site.storage)]
    assert (told.count(VideoPublished.__name__), told.count(VideoRetried.__name__)) == (1, 1)
    with pytest.raises(NothingToRetry):
        await site.house.processing.retry(site.person, video_id)


async def test_a_video_that_comes_back_while_a_step_runs_is_not_worked_on_twice(site: Site) -> None:
    site.youtube.no_thumbnail = GONE
    video_id = await site.submit()
    for _ in range(2):  # What it is, and the picture that there is not.
        job = await claimed(site)
        await site.house.steps.run(job, lambda _: None)
    running = await claimed(site)

    await site.house.videos.delete(site.person, video_id)
    await site.workers.settle()
    await site.house.videos.restore(site.person, video_id)
    await site.workers.settle()
    await site.house.steps.run(running, lambda _: None)
    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.READY
    kinds = [job.kind for job in await site.jobs(video_id)]
    assert len(kinds) == len(set(kinds))


async def test_a_retry_after_an_error_does_not_begin_with_what_was_done_without(site: Site) -> None:
    site.youtube.no_thumbnail = GONE
    video_id = await site.submit()
    for _ in range(2):
        await site.house.steps.run(await claimed(site), lambda _: None)
    job = await claimed(site)
    while job.kind is not JobKind.VIDEO_PUBLISH:
        await site.house.steps.give_up(job, "A model is gone.")
        job = await claimed(site)
    await site.house.steps.give_up(job, "Something broke.")
    assert (await site.video(video_id)).status is VideoStatus.ERROR

    await site.house.processing.retry(site.person, video_id)

    assert (await claimed(site)).kind is JobKind.VIDEO_PUBLISH


async def claimed(site: Site) -> Job:
    job = await site.storage.jobs.claim(site.clock.now(), LEASE)
    assert job is not None
    return job


@pytest.mark.parametrize("is_begun", [False, True])
async def test_who_is_to_be_told_of_a_video_is_told_though_it_was_away_meanwhile(
    site: Site, is_begun: bool
) -> None:
    video_id = await site.submit()
    while not any(job.kind is JobKind.VIDEO_NOTIFY for job in await site.jobs(video_id)):
        await site.house.steps.run(await claimed(site), lambda _: None)
    assert (await site.video(video_id)).status is VideoStatus.READY
    telling = await claimed(site) if is_begun else None
    await site.house.videos.delete(site.person, video_id)
    if telling is not None:
        await site.house.steps.run(telling, lambda _: None)
    await site.workers.settle()
    assert JobState.DONE not in await states_of(site, video_id, JobKind.VIDEO_NOTIFY)

    await site.house.videos.restore(site.person, video_id)
    await site.workers.settle()
    assert (await states_of(site, video_id, JobKind.VIDEO_NOTIFY)).count(JobState.DONE) == 1

    await site.house.videos.delete(site.person, video_id)
    await site.house.videos.restore(site.person, video_id)
    await site.workers.settle()
    assert (await states_of(site, video_id, JobKind.VIDEO_NOTIFY)).count(JobState.DONE) == 1


async def states_of(site: Site, video_id: VideoId, kind: JobKind) -> list[JobState]:
    return [job.state for job in await site.jobs(video_id) if job.kind is kind]


async def test_captions_that_a_published_film_gets_later_are_translated(site: Site) -> None:
    film = an_uploaded_video(site.account, status=VideoStatus.READY)
    silent = Source(size=10**6, container="mov,mp4", seconds=9.5)
    await keep(site.storage, film)
    work = site.storage.begin("tests.media", ORIGIN)
    site.storage.media.put(work, media_of(film, source=silent))
    site.storage.jobs.enqueue(
        work, Job.new(IDS.new(), JobKind.VIDEO_CAPTIONS, film.id, site.clock.now(), ORIGIN)
    )
    await work.commit()
    captions = await claimed(site)
    await site.house.steps.give_up(captions, "A model is gone.")
    assert await states_of(site, film.id, JobKind.VIDEO_TRANSLATIONS) == []

    await site.house.processing.retry(site.person, film.id)
    await site.workers.settle()

    assert await states_of(site, film.id, JobKind.VIDEO_CAPTIONS) == [JobState.FAILED, JobState.DONE]
    assert await states_of(site, film.id, JobKind.VIDEO_TRANSLATIONS) == [JobState.DONE]


async def test_a_video_of_youtube_needs_nobody_who_makes_streams(site: Site) -> None:
    workers = site.make_workers("second process", heavy=0)
    video_id = await site.submit()
    await workers.settle()
    assert (await site.video(video_id)).status is VideoStatus.READY
    await workers.close()


async def test_heavy_jobs_that_nobody_takes_are_told_to_the_operator_now_and_then(
    site: Site, log: list[EventDict]
) -> None:
    workers = site.make_workers("second process", heavy=0)
    await workers.open()
    await enqueue(site, JobKind.VIDEO_TRANSCODE)

    async def told_after(waited: timedelta) -> list[EventDict]:
        site.clock.advance(waited)
        await site.waits.end(POLL)
        await site.waits.begun(POLL)
        return [line for line in log if line["event"] == "heavy jobs wait"]

    assert await told_after(LONG - MINUTE) == []
    [line] = await told_after(MINUTE)
    assert line["minutes"] == LONG.total_seconds() / 60
    assert len(await told_after(MINUTE)) == 1
    assert len(await told_after(LONG)) == 2
    await workers.close()


async def enqueue(site: Site, *kinds: JobKind) -> None:
    work = site.storage.begin("tests.jobs", ORIGIN)
    for kind in kinds:
        site.storage.jobs.enqueue(work, Job.new(IDS.new(), kind, IDS.new(), site.clock.now(), ORIGIN))
    await work.commit()


class Standing:
    """Runs jobs that do not end before they are let go."""

    def __init__(self) -> None:
        self.begun: list[JobKind] = []
        self.may_end = asyncio.Event()

    async def run(self, job: Job) -> None:
        self.begun.append(job.kind)
        await self.may_end.wait()


@pytest.mark.parametrize("heavy", [0, 1, 2])
async def test_few_heavy_jobs_run_at_a_time_and_the_others_go_on(site: Site, heavy: int) -> None:
    await enqueue(site, *(JobKind.VIDEO_TRANSCODE,) * 3, *(JobKind.VIDEO_METADATA,) * 2)
    runner = Standing()
    pool = JobPool(
        site.storage.jobs,
        runner,  # type: ignore[arg-type]
        site.clock,
        lease=LEASE,
        concurrency=9,
        heavy=heavy,
        wait=_no_wait,
    )

    await pool.begin_due()
    await asyncio.sleep(0)

    assert sum(kind in HEAVY for kind in runner.begun) == heavy
    assert runner.begun.count(JobKind.VIDEO_METADATA) == 2
    runner.may_end.set()
    await pool.quiet()


async def _no_wait(_: asyncio.Event, __: float) -> None:
    raise AssertionError("Nobody waits here.")
