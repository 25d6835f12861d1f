"""How much one account may bring, and what goes when nobody comes back for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Caller, Role
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.errors import (
    DiskFull,
    InvalidUpload,
    MissingScope,
    NotSignedIn,
    Refusal,
    UploadNotFound,
    UploadTooLarge,
)
from killrvideo.domain.housekeeping import Found
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.domain.upload_limits import UploadLimits
from killrvideo.domain.uploads import LASTS, PARTS_MOST, UploadKind
from killrvideo.features.uploads import Announced, Chunk, Uploads
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import PATIENCE, keys
from tests.builders.callers import NOBODY
from tests.builders.keeping import ORIGIN
from tests.builders.stored import events, somebody
from tests.builders.uploading import Body, a_chunk, a_desk, a_file, at_once, kept
from tests.builders.uploads import an_upload
from tests.holding_still import CountingIds, ManualClock

LIMITS = UploadLimits(largest=100, quota=250, open_at_once=4, upload_costs=0, piece_costs=0)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs(tmp_path.joinpath("kept").as_uri(), PATIENCE)


@pytest.fixture
def desk(storage: SqliteStorage, blobs: BlobStore, clock: ManualClock, ids: CountingIds) -> Uploads:
    return a_desk(storage, blobs, clock, ids, LIMITS)


@pytest.fixture
async def creator(storage: SqliteStorage) -> Caller:
    return await somebody(storage, Role.CREATOR)


async def whole(desk: Uploads, by: Caller, size: int, kind: UploadKind = UploadKind.WHOLE) -> UploadId:
    upload = await desk.begin(by, Announced(length=size, kind=kind))
    await desk.append(by, upload.id, a_chunk(b"x" * size))
    return upload.id


async def test_only_creators_upload(desk: Uploads, storage: SqliteStorage) -> None:
    with pytest.raises(NotSignedIn):
        await desk.begin(NOBODY, a_file(1))
    with pytest.raises(MissingScope):
        await desk.begin(await somebody(storage, Role.VIEWER), a_file(1))


async def test_the_quota_counts_what_was_announced_and_what_is_a_video(
    desk: Uploads, creator: Caller
) -> None:
    await whole(desk, creator, 100)
    await desk.begin(creator, a_file(100))
    with pytest.raises(UploadTooLarge, match="50 are left"):
        await desk.begin(creator, a_file(51))
    await desk.begin(creator, a_file(50))


async def test_what_is_joined_counts_once(desk: Uploads, creator: Caller) -> None:
    partial = [await whole(desk, creator, 50, UploadKind.PARTIAL) for _ in range(2)]
    await desk.join(creator, partial, {})
    await desk.begin(creator, a_file(100))
    await desk.begin(creator, a_file(50))


async def test_what_came_in_too_many_pieces_is_not_joined(
    desk: Uploads, creator: Caller, storage: SqliteStorage
) -> None:
    owner = await storage.accounts.get(creator.signed_in())
    assert owner is not None
    came = dict.fromkeys(("first", "second"), PARTS_MOST // 2) | {"last": 1}
    uploads = {
        name: an_upload(owner, kind=UploadKind.PARTIAL, length=9, offset=9, parts=parts)
        for name, parts in came.items()
    }
    work = storage.begin("tests.begin", ORIGIN)
    for upload in uploads.values():
        storage.uploads.add(work, upload)
    await work.commit()
    with pytest.raises(InvalidUpload, match="5,001 pieces"):
        await desk.join(creator, [upload.id for upload in uploads.values()], {})
    await desk.join(creator, [uploads["first"].id, uploads["second"].id], {})


async def test_files_that_begin_at_once_do_not_exceed_the_quota_together(
    desk: Uploads, creator: Caller, storage: SqliteStorage
) -> None:
    refused: list[Refusal] = []

    async def begin() -> None:
        try:
            await desk.begin(creator, a_file(100))
        except UploadTooLarge as refusal:
            refused.append(refusal)

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(begin)
    assert len(refused) == 3


async def test_a_file_of_unknown_length_ends_where_the_room_does(
    desk: Uploads, creator: Caller, storage: SqliteStorage, blobs: BlobStore
) -> None:
    await whole(desk, creator, 90)
    await desk.begin(creator, a_file(90))
    upload = await desk.begin(creator, a_file(None))
    with pytest.raises(UploadTooLarge, match="room for 70"):
        await desk.append(creator, upload.id, a_chunk(b"x" * 71))
    endless = Chunk(offset=0, body=at_once([b"x" * 70, b"x"]))
    with pytest.raises(UploadTooLarge):
        await desk.append(creator, upload.id, endless)
    assert await kept(storage, blobs, upload.id) == b""
    await desk.append(creator, upload.id, a_chunk(b"x" * 70))
    with pytest.raises(UploadTooLarge):
        await desk.append(creator, upload.id, a_chunk(b"", 70, length=71))
    assert (await desk.append(creator, upload.id, a_chunk(b"", 70, length=70))).is_complete


async def test_a_file_that_is_too_large_is_refused_before_any_of_it_is_sent(
    desk: Uploads, creator: Caller
) -> None:
    with pytest.raises(UploadTooLarge, match="at most 100 bytes"):
        await desk.begin(creator, a_file(101))
    upload = await desk.begin(creator, a_file(None))
    with pytest.raises(UploadTooLarge, match="at most 100 bytes"):
        await desk.append(creator, upload.id, a_chunk(b"", length=101))


async def test_so_many_are_on_their_way_at_once_and_no_more(desk: Uploads, creator: Caller) -> None:
    uploads = [await desk.begin(creator, a_file(10)) for _ in range(4)]
    with pytest.raises(UploadTooLarge, match="4 uploads are on their way"):
        await desk.begin(creator, a_file(10))
    await desk.terminate(creator, uploads[0].id)
    await desk.begin(creator, a_file(10))


async def test_room_is_left_on_the_disk(
    storage: SqliteStorage, blobs: BlobStore, clock: ManualClock, ids: CountingIds, creator: Caller
) -> None:
    free = await blobs.free()
    assert free is not None
    roomy = a_desk(storage, blobs, clock, ids, replace(LIMITS, largest=2 * free, quota=2 * free))
    upload = await roomy.begin(creator, a_file(50))
    with pytest.raises(DiskFull):
        await roomy.begin(creator, a_file(free + 1))
    careful = a_desk(storage, blobs, clock, ids, replace(LIMITS, left_free=2 * free))
    with pytest.raises(DiskFull):
        await careful.append(creator, upload.id, a_chunk(b"x"))
    assert await keys(blobs) == []
    await roomy.append(creator, upload.id, a_chunk(b"x"))


async def test_an_upload_of_very_many_pieces_takes_no_more(
    desk: Uploads, creator: Caller, storage: SqliteStorage
) -> None:
    upload = await desk.begin(creator, a_file(100))
    work = storage.begin("tests.pieces", ORIGIN)
    storage.uploads.replace(work, replace(upload, parts=PARTS_MOST, version=2))
    await work.commit()
    with pytest.raises(InvalidUpload, match="chunks of megabytes"):
        await desk.append(creator, upload.id, a_chunk(b"x"))


async def test_what_nobody_came_back_for_is_swept_and_what_is_under_way_is_not(
    desk: Uploads, creator: Caller, clock: ManualClock, blobs: BlobStore
) -> None:
    given_up, slow = await desk.begin(creator, a_file(9)), await desk.begin(creator, a_file(9))
    video, partial = await whole(desk, creator, 9), await whole(desk, creator, 9, UploadKind.PARTIAL)
    await desk.append(creator, given_up.id, a_chunk(b"xxx"))
    for offset in range(8):
        clock.advance(LASTS / 2)
        await desk.append(creator, slow.id, a_chunk(b"x", offset))
        assert await desk.removing.sweep(ORIGIN, removes=False) == (Found(2, 12) if offset > 1 else Found())
    with pytest.raises(UploadNotFound):
        await desk.get(creator, given_up.id)

    assert await desk.removing.sweep(ORIGIN) == Found(2, 12)
    assert await desk.removing.sweep(ORIGIN) == Found()
    assert {key.split("/")[1] for key in await keys(blobs)} == {str(slow.id), str(video)}
    with pytest.raises(UploadNotFound):
        await desk.get(creator, partial)
    assert (await desk.append(creator, slow.id, a_chunk(b"x", 8))).is_complete


async def test_of_an_erased_account_only_videos_stay_until_they_are_purged(
    desk: Uploads, creator: Caller, storage: SqliteStorage, blobs: BlobStore
) -> None:
    other = await somebody(storage, Role.CREATOR)
    video, theirs = await whole(desk, creator, 5), await whole(desk, other, 5)
    await whole(desk, creator, 5, UploadKind.PARTIAL)
    half = await desk.begin(creator, a_file(9))
    await desk.append(creator, half.id, a_chunk(b"xxx"))
    await desk.removing.forget_account(creator.signed_in(), ORIGIN)

    assert [one.id for one in await storage.uploads.of_owner(creator.signed_in())] == [video]
    assert {key.split("/")[1] for key in await keys(blobs)} == {str(video), str(theirs)}


async def test_a_complete_upload_makes_one_video_and_one_event(
    desk: Uploads, creator: Caller, storage: SqliteStorage
) -> None:
    told = {"title": "Rain", "description": "An hour of it.", "tags": "rain, calm", "language": "EN"}
    upload = await desk.begin(creator, a_file(2, told))
    await desk.append(creator, upload.id, a_chunk(b"x"))
    assert await storage.videos.all_of(creator.signed_in()) == []
    await desk.append(creator, upload.id, a_chunk(b"x", 1))

    (video,) = await storage.videos.all_of(creator.signed_in())
    assert video.id == VideoId(upload.id)
    assert (video.title, video.description) == ("Rain", "An hour of it.")
    assert (video.tags, video.language) == (("rain", "calm"), "en")
    assert await events(storage) == ["VideoSubmitted"]
    assert len(await storage.jobs.for_subject(video.id)) == 1


async def test_who_terminates_does_not_wait_for_a_request_that_hangs(
    desk: Uploads, creator: Caller, blobs: BlobStore
) -> None:
    upload = await desk.begin(creator, a_file(9))
    hanging = Body(b"xxx")

    async def append() -> None:
        with pytest.raises(Refusal):
            await desk.append(creator, upload.id, Chunk(offset=0, body=hanging.come()))

    async with anyio.create_task_group() as group:
        group.start_soon(append)
        await hanging.is_read.wait()
        await desk.terminate(creator, upload.id)
    assert await keys(blobs) == []


async def test_an_account_that_closes_meanwhile_gets_no_video(
    desk: Uploads, creator: Caller, storage: SqliteStorage, clock: ManualClock
) -> None:
    upload = await desk.begin(creator, a_file(2))
    account = await storage.accounts.get(creator.signed_in())
    assert account is not None
    clock.advance(timedelta(seconds=1))
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, account.changed(status=AccountStatus.ERASED))
    await work.commit()
    with pytest.raises(Refusal):
        await desk.append(creator, upload.id, a_chunk(b"xx"))
    assert await storage.videos.all_of(creator.signed_in()) == []
