"""What a step meets when the object store or the store itself is away: it waits, and is no worse for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.domain.errors import DiskFull, ModelUnavailable, SourceFailed, Unavailable
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.processing import OUTAGES_MOST, RetryPlan, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing import StepQueue, StepRunner
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.builders.blobs import PATIENCE
from tests.holding_still import CountingIds
from tests.stand_ins.parts_of_a_store import store_with
from tests.workers.site import FILM, LEASE, Site

AWAY = Unavailable("The object store does not answer.")


async def metadata_of(site: Site) -> Job:
    video_id = await site.submit()
    await site.workers.settle()
    return (await site.jobs(video_id))[0]


async def test_a_step_whose_files_are_away_is_put_back_with_the_reason_and_no_failure(site: Site) -> None:
    site.youtube.failures[FILM] = AWAY
    job = await metadata_of(site)
    assert (job.state, job.attempts, job.failures) == (JobState.QUEUED, 1, 0)
    assert job.last_error == AWAY.detail

    site.youtube.failures.clear()
    site.clock.advance(timedelta(minutes=1))
    await site.workers.settle()

    assert (await site.video(VideoId(job.subject))).status is VideoStatus.READY


async def test_it_waits_longer_each_time_for_a_day_and_then_its_owner_is_told(site: Site) -> None:
    site.youtube.failures[FILM] = AWAY
    job = await metadata_of(site)
    began = site.clock.now()
    waits: list[timedelta] = []
    while (job := (await site.jobs(VideoId(job.subject)))[0]).state is JobState.QUEUED:
        waits.append(job.run_at - site.clock.now())
        site.clock.advance(waits[-1])
        await site.workers.settle()

    assert waits[:6] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 15)]
    assert timedelta(hours=23) < site.clock.now() - began < timedelta(hours=25)
    assert len(waits) == OUTAGES_MOST
    video = await site.video(VideoId(job.subject))
    assert video.status is VideoStatus.ERROR
    assert video.error == "The object store does not answer. We waited for a day; you can retry it."


@pytest.mark.parametrize(("asked", "minutes"), [(300, 5), (7200, 15)])
async def test_who_asks_for_more_patience_gets_it_within_bounds(
    site: Site, asked: float, minutes: int
) -> None:
    site.youtube.failures[FILM] = DiskFull("There is no room.", retry_after=asked)
    job = await metadata_of(site)
    assert (job.run_at - site.clock.now(), job.failures) == (timedelta(minutes=minutes), 0)


@pytest.mark.parametrize("failure", [SourceFailed, ModelUnavailable])
async def test_a_failure_that_counts_may_ask_for_patience_too(
    site: Site, failure: type[SourceFailed | ModelUnavailable]
) -> None:
    site.youtube.failures[FILM] = failure("Later.", retry_after=90)
    job = await metadata_of(site)
    assert (job.run_at - site.clock.now(), job.failures) == (timedelta(seconds=90), 1)


class Blackout:
    """A step during which files and store go away, until somebody ends it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._is_on = False

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        self._is_on = True
        raise AWAY

    def begin(self, name: str, origin: Origin) -> UnitOfWork:
        if self._is_on:
            raise Unavailable("The store does not answer.")
        return self._storage.begin(name, origin)


async def test_a_job_that_not_even_the_store_can_take_back_is_done_when_its_lease_has_run_out(
    site: Site, ids: CountingIds, tmp_path: Path
) -> None:
    blackout = Blackout(site.storage)
    storage = store_with(site.storage, begin=blackout.begin)
    queue = StepQueue(storage, site.clock, ids)
    scratch = FolderScratch(tmp_path / "scratch", open_blobs((tmp_path / "media").as_uri(), PATIENCE))
    steps = StepRunner(storage, site.clock, queue, RetryPlan(), {Step.METADATA: blackout}, scratch)
    video_id = await site.submit()
    job = await site.storage.jobs.claim(site.clock.now(), LEASE)
    assert job is not None
    with pytest.raises(Unavailable):
        await steps.run(job, lambda _: None)
    assert (await site.jobs(video_id))[0].state is JobState.RUNNING

    site.clock.advance(LEASE)
    await site.workers.settle()

    assert (await site.video(video_id)).status is VideoStatus.READY
