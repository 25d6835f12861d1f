"""A step whose video is removed while it runs stops soon, on both back ends, and can go on after a return."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.processing import JOB_OF, LEFT, RetryPlan, Step
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing import StepQueue, StepRunner
from killrvideo.features.processing.steps.publish import Publish
from killrvideo.features.processing.work import Keep, StepWork, nothing_more
from killrvideo.service_interfaces.hiding import show_video
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.blobs import PATIENCE
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.media import an_uploaded_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.stand_ins.parts_of_a_store import Switched, store_with

UPLOADER = an_account()
LEASE = timedelta(seconds=30)


async def _nothing() -> None:
    """Happens while it stops."""


class Endless:
    """A step that leaves a file on this machine and then works on until somebody stops it; once."""

    def __init__(self, scratch: FolderScratch) -> None:
        self._scratch = scratch
        self.has_begun = asyncio.Event()
        self.was_stopped = False
        self.while_it_stops: Callable[[], Awaitable[None]] = _nothing

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        if self.was_stopped:
            return nothing_more
        async with self._scratch.folder(video.id) as folder:
            folder.joinpath("half.m4s").write_bytes(b"half")
            self.has_begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.was_stopped = True
                await self.while_it_stops()
        return nothing_more


class Looks:
    """At whether the video is still there: they come when the test says so."""

    def __init__(self) -> None:
        self._due = asyncio.Semaphore(0)
        self._waiting: asyncio.Queue[None] = asyncio.Queue()

    async def pause(self) -> None:
        self._waiting.put_nowait(None)
        await self._due.acquire()

    def come(self) -> None:
        self._due.release()

    async def wait(self) -> None:
        """Returns when the next one is waited for."""
        await self._waiting.get()


class Workshop:
    def __init__(self, storage: Storage, clock: ManualClock, ids: CountingIds, folder: Path) -> None:
        self.folder = folder / "scratch"
        self.looks = Looks()
        self._storage = storage
        self._clock = clock
        self._scratch = FolderScratch(self.folder, open_blobs((folder / "media").as_uri(), PATIENCE))
        self.endless = Endless(self._scratch)
        self.queue = StepQueue(storage, clock, ids)

    def runner(self, storage: Storage | None = None) -> StepRunner:
        storage = storage or self._storage
        models = StandInModels(WordHashEmbeddings())
        publish = Publish(storage, self._clock, models, self._scratch)
        works: dict[Step, StepWork] = {**dict.fromkeys(Step, self.endless), Step.PUBLISH: publish}
        return StepRunner(
            storage, self._clock, self.queue, RetryPlan(), works, self._scratch, pause=self.looks.pause
        )

    async def begin(self, runner: StepRunner) -> "asyncio.Task[JobState]":
        running = asyncio.create_task(runner.run(await self.claimed(), lambda _: None))
        await self.endless.has_begun.wait()
        return running

    async def claimed(self) -> Job:
        job = await self._storage.jobs.claim(self._clock.now(), LEASE)
        assert job is not None
        return job

    async def finish(self, video: Video) -> None:
        """Runs what is due until nothing is."""
        while any(job.is_live for job in await self._storage.jobs.for_subject(video.id)):
            await self.runner().run(await self.claimed(), lambda _: None)


@pytest.fixture
def shop(storage: Storage, clock: ManualClock, ids: CountingIds, tmp_path: Path) -> Workshop:
    return Workshop(storage, clock, ids, tmp_path / "shop")


async def a_film(storage: Storage, step: Step, status: VideoStatus = VideoStatus.PENDING) -> Video:
    """With this step due."""
    film = an_uploaded_video(UPLOADER, status=status)
    await keep(storage, UPLOADER, film)
    work = storage.begin("tests.film", ORIGIN)
    storage.jobs.enqueue(work, Job.new(IDS.new(), JOB_OF[step], film.id, START, ORIGIN))
    await work.commit()
    return film


async def purge(storage: Storage, video: Video) -> None:
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()


async def show(storage: Storage, video: Video, cause: Cause) -> None:
    work = storage.begin("tests.show", ORIGIN)
    show_video(storage, work, await present(storage, video.id), cause, START)
    await work.commit()


@pytest.mark.parametrize("step", [Step.PROBE, Step.TRANSCODE, Step.CAPTIONS, Step.TRANSLATIONS])
@pytest.mark.parametrize("cause", [Cause.AUTHOR, Cause.ACCOUNT])
async def test_a_step_of_a_video_that_was_hidden_stops_and_is_done_when_it_is_back(
    storage: Storage, shop: Workshop, step: Step, cause: Cause
) -> None:
    film = await a_film(storage, step)
    running = await shop.begin(shop.runner())
    await hide(storage, await present(storage, film.id), cause)
    shop.looks.come()

    assert await running is JobState.FAILED
    assert shop.endless.was_stopped
    assert not [*shop.folder.rglob("*.m4s")]
    [job] = await storage.jobs.for_subject(film.id)
    assert (job.failures, job.last_error) == (0, LEFT)
    hidden = await present(storage, film.id)
    assert (hidden.status, hidden.error) == (VideoStatus.PROCESSING, None)

    await show(storage, film, cause)
    await shop.queue.resume(film.id, ORIGIN)
    await shop.finish(film)
    jobs = [job for job in await storage.jobs.for_subject(film.id) if job.kind is JOB_OF[step]]
    assert [job.state for job in jobs] == [JobState.FAILED, JobState.DONE]
    assert (await present(storage, film.id)).status is VideoStatus.READY


async def test_a_step_of_a_video_that_was_purged_stops(storage: Storage, shop: Workshop) -> None:
    film = await a_film(storage, Step.TRANSCODE)
    running = await shop.begin(shop.runner())
    await purge(storage, await present(storage, film.id))
    shop.looks.come()

    assert await running is JobState.FAILED
    assert shop.endless.was_stopped
    assert not shop.folder.joinpath(str(film.id)).exists()
    assert not [job for job in await storage.jobs.for_subject(film.id) if job.is_live]


async def test_who_is_back_before_the_step_has_stopped_gets_another_one(
    storage: Storage, shop: Workshop
) -> None:
    film = await a_film(storage, Step.TRANSCODE)
    running = await shop.begin(shop.runner())
    await hide(storage, await present(storage, film.id))
    shop.endless.while_it_stops = lambda: show(storage, film, Cause.AUTHOR)
    shop.looks.come()

    assert await running is JobState.FAILED
    await shop.finish(film)
    assert (await present(storage, film.id)).status is VideoStatus.READY


async def test_a_step_that_is_made_up_for_goes_on_too_when_its_video_is_back(
    storage: Storage, shop: Workshop
) -> None:
    film = await a_film(storage, Step.PICTURES, VideoStatus.READY)
    running = await shop.begin(shop.runner())
    await hide(storage, film)
    shop.looks.come()
    assert await running is JobState.FAILED

    await show(storage, film, Cause.AUTHOR)
    for _ in range(2):
        await shop.queue.resume(film.id, ORIGIN)
        await shop.finish(film)
    pictures = [job for job in await storage.jobs.for_subject(film.id) if job.kind is JOB_OF[Step.PICTURES]]
    assert [job.state for job in pictures] == [JobState.FAILED, JobState.DONE]


async def test_a_step_goes_on_while_its_video_is_there_or_nobody_knows(
    storage: Storage, shop: Workshop
) -> None:
    await a_film(storage, Step.TRANSCODE)
    videos = Switched(storage.videos)
    running = await shop.begin(shop.runner(store_with(storage, videos=videos)))
    for videos.is_off in (False, True, False):
        await shop.looks.wait()
        shop.looks.come()
    await shop.looks.wait()
    assert not shop.endless.was_stopped

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert shop.endless.was_stopped
