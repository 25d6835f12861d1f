"""Files come in whole whatever happens, on every back end and with every place for files."""

import anyio
import pytest

from killrvideo.domain.access import Caller, Role
from killrvideo.domain.errors import ChecksumMismatch, DiskFull, OffsetMismatch, UploadTaken
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.uploads import PART_BYTES, Upload, UploadKind
from killrvideo.features.uploads import Announced, Chunk, Uploads
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.storage import Storage
from tests.builders.blobs import MIB, keys
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.stored import somebody
from tests.builders.uploading import Body, a_chunk, a_desk, a_file, at_once, kept
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.full_disk import FullDisk

HELLO = b"hello world"


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest) -> BlobStore:
    store: BlobStore = request.getfixturevalue("local" if request.param == "folder" else "remote")
    return store


@pytest.fixture
def desk(storage: Storage, blobs: BlobStore, clock: ManualClock, ids: CountingIds) -> Uploads:
    return a_desk(storage, blobs, clock, ids)


@pytest.fixture
async def creator(storage: Storage) -> Caller:
    return await somebody(storage, Role.CREATOR)


async def test_of_two_processes_that_add_to_the_same_place_one_does(
    storage: Storage, blobs: BlobStore, clock: ManualClock, ids: CountingIds, desk: Uploads, creator: Caller
) -> None:
    upload = await desk.begin(creator, a_file(11))
    bodies = [Body(letter * 11) for letter in (b"a", b"b", b"c")]
    outcomes: list[Upload | None] = []

    async def append(body: Body) -> None:
        process = a_desk(storage, blobs, clock, ids)
        try:
            outcomes.append(await process.append(creator, upload.id, Chunk(offset=0, body=body.come())))
        except OffsetMismatch:
            outcomes.append(None)

    async with anyio.create_task_group() as group:
        for body in bodies:
            group.start_soon(append, body)
        for body in bodies:
            await body.is_read.wait()
        for body in bodies:
            body.ends.set()

    assert sorted(outcome is None for outcome in outcomes) == [False, True, True]
    assert await kept(storage, blobs, upload.id) in {b"a" * 11, b"b" * 11, b"c" * 11}
    assert len(await keys(blobs, "uploads")) == 1


async def test_a_later_request_goes_on_where_an_earlier_one_hangs(
    storage: Storage, blobs: BlobStore, desk: Uploads, creator: Caller
) -> None:
    upload = await desk.begin(creator, a_file(11))
    hanging, outcome = Body(b"hello"), []

    async def append() -> None:
        with pytest.raises(UploadTaken) as refused:
            await desk.append(creator, upload.id, Chunk(offset=0, body=hanging.come()))
        outcome.append(refused.value)

    async with anyio.create_task_group() as group:
        group.start_soon(append)
        await hanging.is_read.wait()
        assert (await desk.get(creator, upload.id)).offset == 5
        await desk.append(creator, upload.id, a_chunk(b" world", 5))

    assert len(outcome) == 1
    assert await kept(storage, blobs, upload.id) == HELLO


async def test_nothing_is_kept_of_a_checked_chunk_that_another_request_ends(
    storage: Storage, blobs: BlobStore, desk: Uploads, creator: Caller
) -> None:
    upload = await desk.begin(creator, a_file(11))
    hanging = Body(b"hello")
    chunk = Chunk(offset=0, body=hanging.come(), checksum=a_chunk(b"", summed=HELLO).checksum)

    async def append() -> None:
        with pytest.raises(UploadTaken):
            await desk.append(creator, upload.id, chunk)

    async with anyio.create_task_group() as group:
        group.start_soon(append)
        await hanging.is_read.wait()
        assert (await desk.get(creator, upload.id)).offset == 0

    assert await keys(blobs, "uploads") == []


async def test_a_long_chunk_counts_piece_by_piece_unless_it_has_a_checksum(
    storage: Storage, blobs: BlobStore, desk: Uploads, creator: Caller
) -> None:
    data = bytes(range(256)) * ((PART_BYTES + MIB) // 256)
    plain = await desk.begin(creator, a_file(len(data) + 1))
    checked = await desk.begin(creator, a_file(len(data) + 1))
    await desk.append(creator, plain.id, a_chunk(data))
    await desk.append(creator, checked.id, a_chunk(data, summed=data))

    assert [part.size for part in await storage.uploads.parts(plain.id)] == [PART_BYTES, MIB]
    assert [part.size for part in await storage.uploads.parts(checked.id)] == [len(data)]
    assert await kept(storage, blobs, plain.id) == await kept(storage, blobs, checked.id) == data


async def test_what_a_broken_or_damaged_chunk_leaves(
    storage: Storage, blobs: BlobStore, desk: Uploads, creator: Caller
) -> None:
    upload = await desk.begin(creator, a_file(11))
    with pytest.raises(ChecksumMismatch):
        await desk.append(creator, upload.id, a_chunk(b"hallo", summed=b"hello"))
    assert await keys(blobs, "uploads") == []
    cut = Chunk(offset=0, body=at_once([b"he", b"llo"]), size=11)
    assert (await desk.append(creator, upload.id, cut)).offset == 5
    assert await kept(storage, blobs, upload.id) == b"hello"


async def test_where_the_disk_is_full_what_was_kept_stays_and_the_upload_goes_on_later(
    storage: Storage, blobs: BlobStore, clock: ManualClock, ids: CountingIds, creator: Caller
) -> None:
    disk = FullDisk(blobs)
    desk = a_desk(storage, disk, clock, ids)
    upload = await desk.begin(creator, a_file(11))
    await desk.append(creator, upload.id, a_chunk(b"hello"))
    disk.takes = 3
    with pytest.raises(DiskFull):
        await desk.append(creator, upload.id, a_chunk(b" world", 5))

    assert (await desk.get(creator, upload.id)).offset == 5
    assert len(await keys(blobs, "uploads")) == 1
    disk.takes = None
    await desk.append(creator, upload.id, a_chunk(b" world", 5))
    assert await kept(storage, blobs, upload.id) == HELLO


async def test_a_joined_upload_is_a_video_and_goes_with_it(
    storage: Storage, blobs: BlobStore, desk: Uploads, creator: Caller
) -> None:
    parts = []
    for data in (b"hello", b" world"):
        partial = await desk.begin(creator, Announced(length=len(data), kind=UploadKind.PARTIAL))
        await desk.append(creator, partial.id, a_chunk(data))
        parts.append(partial.id)
    final = await desk.join(creator, parts, {"title": "Both"})
    video = await storage.videos.get(VideoId(final.id))
    assert video is not None
    assert video.title == "Both"

    await desk.removing.forget_video(video.id, ORIGIN)
    assert await kept(storage, blobs, final.id) == HELLO  # It lives.

    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    storage.jobs.drop(work, video.id)
    forget = Job.new(IDS.new(), JobKind.VIDEO_FORGET, video.id, START, ORIGIN)
    storage.jobs.enqueue(work, forget)
    await work.commit()
    assert [job.id for job in await storage.jobs.for_subject(video.id)] == [forget.id]
    for _ in range(2):
        await desk.removing.forget_video(video.id, ORIGIN)
        assert await keys(blobs) == []
        assert await storage.uploads.of_owner(final.owner_id) == []
