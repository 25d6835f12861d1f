"""Steps that work on an uploaded file: the time that they are given for it, and what they leave."""

from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.processing import JOB_OF, RetryPlan, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing import StepQueue, StepRunner
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.progress import Told
from tests.builders.blobs import PATIENCE
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video
from tests.builders.uploads import an_upload
from tests.holding_still import CountingIds
from tests.workers.site import LEASE, Site


class Remembered(RetryPlan):
    """Remembers how large the files are that time is given for."""

    sizes: list[int]
    __slots__ = ("sizes",)

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "sizes", [])

    def limit_of(self, step: Step, video: Video, size: int = 0) -> timedelta:
        self.sizes.append(size)
        return super().limit_of(step, video, size)


async def a_film(site: Site, *steps: Step, status: VideoStatus = VideoStatus.PENDING) -> Video:
    """Uploaded, with 3,000 bytes, and these steps due."""
    upload = an_upload(site.account, length=3_000, offset=3_000)
    film = an_uploaded_video(site.account, id=VideoId(upload.id), status=status)
    await keep(site.storage, film)
    work = site.storage.begin("tests.upload", ORIGIN)
    site.storage.uploads.add(work, upload)
    for step in steps:
        site.storage.jobs.enqueue(work, Job.new(IDS.new(), JOB_OF[step], film.id, site.clock.now(), ORIGIN))
    await work.commit()
    return film


async def claimed(site: Site) -> Job:
    job = await site.storage.jobs.claim(site.clock.now(), LEASE)
    assert job is not None
    return job


class Bringing:
    """A step that leaves a file behind, as those do that bring one."""

    def __init__(self, scratch: FolderScratch, failure: Exception | None = None) -> None:
        self._scratch = scratch
        self._failure = failure

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        await self._scratch.file_of(video.id, [])
        if self._failure is not None:
            raise self._failure
        return nothing_more


class Workshop:
    """Runs steps on this machine."""

    def __init__(self, site: Site, ids: CountingIds, folder: Path) -> None:
        self._site = site
        self._ids = ids
        self._folder = folder / "scratch"
        self._scratch = FolderScratch(self._folder, open_blobs((folder / "media").as_uri(), PATIENCE))

    def runner(self, failure: Exception | None = None, plan: RetryPlan | None = None) -> StepRunner:
        storage, clock = self._site.storage, self._site.clock
        works = dict.fromkeys(Step, Bringing(self._scratch, failure))
        queue = StepQueue(storage, clock, self._ids)
        return StepRunner(storage, clock, queue, plan or RetryPlan(), works, self._scratch)

    async def run(self, failure: Exception | None = None) -> None:
        """The step that is due."""
        await self.runner(failure).run(await claimed(self._site), lambda _: None)

    @property
    def has_files(self) -> bool:
        return [*self._folder.glob("*/source")] != []


@pytest.fixture
def shop(site: Site, ids: CountingIds, tmp_path: Path) -> Workshop:
    return Workshop(site, ids, tmp_path / "shop")


async def test_files_go_when_a_video_ends_in_error_and_not_while_another_try_may_come(
    site: Site, shop: Workshop
) -> None:
    await a_film(site, Step.PROBE)
    await shop.run(ToolFailed("The tool stopped."))
    assert shop.has_files
    site.clock.advance(timedelta(minutes=1))
    await shop.run(UnusableFile("This is no film."))
    assert not shop.has_files


async def test_files_stay_for_the_next_step_though_one_is_done_without(site: Site, shop: Workshop) -> None:
    await a_film(site, Step.PICTURES, status=VideoStatus.PROCESSING)
    await shop.run(UnusableFile("There are no pictures."))
    assert shop.has_files


@pytest.mark.parametrize("failure", [None, UnusableFile("No.")])
async def test_files_of_steps_that_are_made_up_for_go_with_the_last_of_them(
    site: Site, shop: Workshop, failure: Exception | None
) -> None:
    await a_film(site, Step.PICTURES, Step.EMBEDDING, status=VideoStatus.READY)
    await shop.run(failure)
    assert shop.has_files
    await shop.run(failure)
    assert not shop.has_files


async def test_files_of_a_video_that_was_removed_go(site: Site, shop: Workshop) -> None:
    film = await a_film(site, Step.PROBE)
    await shop.run(ToolFailed("The tool stopped."))
    site.clock.advance(timedelta(minutes=1))
    again = await claimed(site)
    await site.house.videos.delete(site.person, film.id)
    await shop.runner().run(again, lambda _: None)
    assert not shop.has_files


async def test_a_step_that_brings_a_file_is_given_time_for_its_size(site: Site, shop: Workshop) -> None:
    plan = Remembered()
    await a_film(site, Step.PROBE)
    await shop.runner(plan=plan).run(await claimed(site), lambda _: None)
    assert plan.sizes == [3_000]
