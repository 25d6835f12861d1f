"""Steps that work on an uploaded file: the time that they are given for it."""

from datetime import timedelta

from killrvideo.domain.errors import ToolFailed
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.processing import JOB_OF, RetryPlan, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing import StepQueue, StepRunner
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.progress import Told
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video
from tests.builders.uploads import an_upload
from tests.holding_still import CountingIds
from tests.workers.site import LEASE, Site


class Broken:
    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        raise ToolFailed("The tool stopped.")


class Remembered(RetryPlan):
    """Remembers how large the files are that time is given for."""

    __slots__ = ("sizes",)

    def limit_of(self, step: Step, video: Video, size: int = 0) -> timedelta:
        object.__setattr__(self, "sizes", [*getattr(self, "sizes", []), size])
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


async def test_a_step_that_brings_a_file_is_given_time_for_its_size(site: Site, ids: CountingIds) -> None:
    plan = Remembered()
    queue = StepQueue(site.storage, site.clock, ids)
    steps = StepRunner(site.storage, site.clock, queue, plan, dict.fromkeys(Step, Broken()))
    await a_film(site, Step.PROBE)
    await steps.run(await claimed(site), lambda _: None)
    assert plan.sizes == [3_000]
