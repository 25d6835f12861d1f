"""The step that fetches YouTube's picture: nothing shows before it is kept, and it can be done again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.pictures import PillowPictures
from killrvideo.domain.errors import SourceFailed, StaleVersion
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.videos import Video, thumbnail_address
from killrvideo.features.processing.steps.thumbnail import FetchThumbnail
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.storage import Storage
from tests.api.town import KnownVideos
from tests.backends import CASSANDRA, SQLITE
from tests.builders.accounts import an_account
from tests.builders.blobs import PATIENCE
from tests.builders.keeping import ORIGIN, keep
from tests.builders.pictures import a_file, opened, quarters
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture(params=[SQLITE, CASSANDRA])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    folder = tmp_path / "media"
    folder.mkdir()
    return open_blobs(folder.as_uri(), PATIENCE)


@pytest.fixture
async def video(storage: Storage) -> Video:
    owner = an_account()
    video = a_video(owner)
    await keep(storage, owner, video)
    return video


@pytest.fixture
def source(video: Video) -> KnownVideos:
    source = KnownVideos()
    source.thumbnails[thumbnail_address(video.youtube_id or "")] = a_file(quarters(640, 360))
    return source


@pytest.fixture
def step(
    storage: Storage, blobs: BlobStore, clock: ManualClock, source: KnownVideos
) -> Iterator[FetchThumbnail]:
    maker = PillowPictures()
    yield FetchThumbnail(storage, blobs, clock, source, maker)
    maker.close()


def a_job(video: Video, ids: CountingIds, clock: ManualClock) -> Job:
    return Job.new(ids.new(), JobKind.VIDEO_THUMBNAIL, video.id, clock.now(), ORIGIN)


async def _present(storage: Storage, video: Video) -> Video:
    found = await storage.videos.get(video.id)
    assert found is not None
    return found


async def _do(step: FetchThumbnail, storage: Storage, video: Video, job: Job) -> None:
    keep = await step(job, video, lambda _: None)
    work = storage.begin("tests.keep", ORIGIN)
    await keep(work, await _present(storage, video))
    await work.commit()


async def test_nothing_shows_before_it_is_kept(
    step: FetchThumbnail, storage: Storage, video: Video, ids: CountingIds, clock: ManualClock
) -> None:
    await step(a_job(video, ids, clock), video, lambda _: None)

    assert await storage.media.get(video.id) is None
    assert await _present(storage, video) == video


async def test_another_try_writes_to_names_of_its_own(
    step: FetchThumbnail,
    storage: Storage,
    blobs: BlobStore,
    video: Video,
    source: KnownVideos,
    ids: CountingIds,
    clock: ManualClock,
) -> None:
    job = a_job(video, ids, clock)
    await _do(step, storage, video, job)
    first, before = await storage.media.get(video.id), await _present(storage, video)
    source.thumbnails = dict.fromkeys(source.thumbnails, a_file(quarters(200, 100)))

    await _do(step, storage, before, replace(job, epoch=job.epoch + 1))

    second, after = await storage.media.get(video.id), await _present(storage, video)
    assert first is not None
    assert second is not None
    assert [each.name for each in first.pictures] == ["small.jpg", "medium.jpg"]
    assert [each.name for each in second.pictures] == ["small.jpg"]
    assert (first.run != second.run, before.thumbnail_url != after.thumbnail_url) == (True, True)
    kept = {info.key for info in await blobs.list(second.prefix)}
    assert kept == {f"{second.prefix}/small.jpg"}
    reading = await blobs.read(f"{second.prefix}/small.jpg")
    assert opened(b"".join([chunk async for chunk in reading.chunks])).size == (200, 100)


async def test_of_two_workers_one_wins(
    step: FetchThumbnail, storage: Storage, video: Video, ids: CountingIds, clock: ManualClock
) -> None:
    job = a_job(video, ids, clock)
    keeps = [await step(replace(job, epoch=epoch), video, lambda _: None) for epoch in (1, 2)]
    works = [storage.begin("tests.keep", ORIGIN) for _ in keeps]
    for work, keep_made in zip(works, keeps, strict=True):
        await keep_made(work, video)

    await works[1].commit()
    with pytest.raises(StaleVersion):
        await works[0].commit()

    media = await storage.media.get(video.id)
    assert media is not None
    assert media.run.endswith("-2")


async def test_trouble_of_the_source_is_told_to_whoever_tries_again(
    storage: Storage, blobs: BlobStore, video: Video, ids: CountingIds, clock: ManualClock
) -> None:
    class Busy(KnownVideos):
        async def thumbnail(self, address: str) -> bytes:
            raise SourceFailed(retry_after=90)

    maker = PillowPictures()
    step = FetchThumbnail(storage, blobs, clock, Busy(), maker)

    with pytest.raises(SourceFailed) as failed:
        await step(a_job(video, ids, clock), video, lambda _: None)

    assert failed.value.retry_after == 90
    assert await blobs.list() == []
    maker.close()
