"""What one account may bring is held to, also where much of it comes at the same moment."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import anyio
import pytest

from killrvideo.domain.access import Caller, Role
from killrvideo.domain.errors import DiskFull, Refusal, Unavailable, UploadTaken, UploadTooLarge
from killrvideo.domain.events import RequestKey
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.upload_limits import CHECKED_MOST, UploadLimits
from killrvideo.domain.uploads import PART_BYTES, Upload, UploadKind
from killrvideo.features.uploads import Announced, Chunk, Uploads
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.limits import Quotas
from killrvideo.service_interfaces.storage import Storage
from tests.builders.blobs import keys
from tests.builders.stored import somebody
from tests.builders.uploading import LIMITS, Body, NoQuotas, a_chunk, a_file
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.full_disk import FullDisk

NARROW = UploadLimits(largest=100, quota=250, open_at_once=4, upload_costs=0, piece_costs=0)
NO_QUOTAS = NoQuotas()


@pytest.fixture
async def creator(storage: Storage) -> Caller:
    return await somebody(storage, Role.CREATOR)


class Meanwhile(NoQuotas):
    """Somebody else does something between the look at what is left and the write."""

    def __init__(self, come: Callable[[], Awaitable[None]]) -> None:
        self._come = come

    async def take(self, route_class: RouteClass, key: str) -> None:
        await self._come()


class Site:
    """Several processes of one house."""

    def __init__(self, storage: Storage, blobs: BlobStore, clock: ManualClock, ids: CountingIds) -> None:
        self.storage = storage
        self.blobs = blobs
        self._clock = clock
        self._ids = ids

    def process(
        self,
        limits: UploadLimits = NARROW,
        blobs: BlobStore | None = None,
        quotas: Quotas = NO_QUOTAS,
    ) -> Uploads:
        return Uploads(self.storage, blobs or self.blobs, self._clock, self._ids, quotas, limits)

    async def used(self, caller: Caller) -> int:
        return (await self.storage.uploads.usage(caller.signed_in())).bytes


@pytest.fixture
def site(storage: Storage, local: BlobStore, clock: ManualClock, ids: CountingIds) -> Site:
    return Site(storage, local, clock, ids)


async def test_complete_uploads_that_nobody_joined_are_on_their_way(site: Site, creator: Caller) -> None:
    desk = site.process()
    partial = []
    for _ in range(4):
        partial.append((await desk.begin(creator, Announced(length=1, kind=UploadKind.PARTIAL))).id)
        await desk.append(creator, partial[-1], a_chunk(b"x"))
    with pytest.raises(UploadTooLarge, match="4 uploads are on their way already, or are to be joined"):
        await desk.begin(creator, Announced(length=0, kind=UploadKind.PARTIAL))
    await desk.join(creator, partial, {})
    await desk.begin(creator, a_file(1))


async def test_an_account_has_so_many_uploads_and_no_more_joined_ones_included(
    site: Site, creator: Caller
) -> None:
    desk = site.process(replace(NARROW, uploads_most=3))
    part = await desk.begin(creator, Announced(length=1, kind=UploadKind.PARTIAL))
    await desk.append(creator, part.id, a_chunk(b"x"))
    await desk.join(creator, [part.id], {})
    third = await desk.begin(creator, a_file(1))
    with pytest.raises(UploadTooLarge, match="at most 3 uploads, parts of joined files included"):
        await desk.begin(creator, a_file(1))
    await desk.terminate(creator, third.id)
    await desk.begin(creator, a_file(1))


async def test_uploads_and_pieces_cost_more_than_their_bytes(site: Site, creator: Caller) -> None:
    desk = site.process(replace(NARROW, largest=200, quota=1_040, upload_costs=300, piece_costs=90))
    first = await desk.begin(creator, a_file(10))
    for offset in range(3):
        await desk.append(creator, first.id, a_chunk(b"x", offset))
    with pytest.raises(UploadTooLarge, match="160 are left"):
        await desk.begin(creator, a_file(161))
    second = await desk.begin(creator, a_file(None))
    with pytest.raises(UploadTooLarge, match="room for 70"):
        await desk.append(creator, second.id, a_chunk(b"x" * 71))
    await desk.append(creator, second.id, a_chunk(b"x" * 70))
    with pytest.raises(UploadTooLarge, match="room for 0"):
        await desk.append(creator, second.id, a_chunk(b"x", 70))


@pytest.mark.parametrize("told", [True, False])
async def test_a_chunk_with_a_checksum_has_so_many_bytes_and_no_more(
    site: Site, creator: Caller, told: bool
) -> None:
    desk = site.process(LIMITS)
    upload = await desk.begin(creator, a_file(LIMITS.largest))
    fits, more = bytes(CHECKED_MOST), bytes(CHECKED_MOST + 1)
    chunk = replace(a_chunk(more, summed=more), size=len(more) if told else None)
    with pytest.raises(UploadTooLarge, match=f"at most {CHECKED_MOST:,} bytes; send smaller chunks"):
        await desk.append(creator, upload.id, chunk)
    assert await keys(site.blobs) == []
    await desk.append(creator, upload.id, a_chunk(fits, summed=fits))
    assert (await desk.append(creator, upload.id, a_chunk(b"x", len(fits)))).offset == len(fits) + 1


async def test_room_on_the_disk_is_looked_at_while_a_long_chunk_comes(site: Site, creator: Caller) -> None:
    disk = FullDisk(site.blobs)
    desk = site.process(replace(LIMITS, left_free=PART_BYTES), disk)
    disk.left = 5 * PART_BYTES
    upload = await desk.begin(creator, a_file(3 * PART_BYTES))
    data = bytes(PART_BYTES)

    async def body() -> AsyncIterator[bytes]:
        yield data
        disk.left = PART_BYTES // 2  # Somebody else writes there.
        yield data
        yield data

    chunk = replace(a_chunk(b"", summed=3 * data), body=body(), size=None)
    with pytest.raises(DiskFull):
        await desk.append(creator, upload.id, chunk)
    assert disk.left >= PART_BYTES // 2
    assert await keys(site.blobs) == []


async def test_chunks_that_come_at_once_do_not_count_on_the_same_room(site: Site, creator: Caller) -> None:
    disk = FullDisk(site.blobs)
    desk = site.process(blobs=disk)
    disk.left = 100
    first, second = [await desk.begin(creator, a_file(60)) for _ in range(2)]
    slow = Body(b"x")

    async with anyio.create_task_group() as group:
        group.start_soon(desk.append, creator, first.id, Chunk(offset=0, body=slow.come(), size=60))
        await slow.is_read.wait()
        with pytest.raises(DiskFull):
            await desk.append(creator, second.id, a_chunk(b"x" * 60))
        slow.ends.set()
    assert (await desk.append(creator, second.id, a_chunk(b"x" * 60))).is_complete


async def test_what_is_written_is_promised_no_longer(site: Site, creator: Caller) -> None:
    disk = FullDisk(site.blobs)
    desk = site.process(blobs=disk)
    disk.left = 120
    first, second = [await desk.begin(creator, a_file(60)) for _ in range(2)]
    slow = Body(b"x" * 59)

    async with anyio.create_task_group() as group:
        group.start_soon(desk.append, creator, first.id, Chunk(offset=0, body=slow.come(), size=60))
        await slow.is_read.wait()
        assert (await desk.append(creator, second.id, a_chunk(b"x" * 60))).is_complete
        slow.ends.set()


async def test_files_of_unknown_length_that_come_at_once_end_where_the_room_does_together(
    site: Site, creator: Caller
) -> None:
    desk = site.process()
    uploads = [await desk.begin(creator, a_file(None)) for _ in range(4)]
    bodies = [Body(b"x" * 100) for _ in uploads]
    refused: list[Refusal] = []

    async def append(upload: Upload, body: Body) -> None:
        try:
            await desk.append(creator, upload.id, Chunk(offset=0, body=body.come()))
        except UploadTooLarge as refusal:
            refused.append(refusal)

    async with anyio.create_task_group() as group:
        for upload, body in zip(uploads, bodies, strict=True):
            group.start_soon(append, upload, body)
        for body in bodies:
            await body.is_read.wait()
        for body in bodies:
            body.ends.set()
    assert (len(refused), await site.used(creator)) == (2, 200)
    assert len(await keys(site.blobs)) == 2


async def test_a_long_chunk_of_unknown_length_sees_what_comes_beside_it(site: Site, creator: Caller) -> None:
    desk = site.process(replace(NARROW, largest=3 * PART_BYTES, quota=4 * PART_BYTES))
    endless = await desk.begin(creator, a_file(None))
    data = bytes(PART_BYTES)

    async def body() -> AsyncIterator[bytes]:
        yield data
        await desk.begin(creator, a_file(2 * PART_BYTES + 1))
        yield data
        yield data

    with pytest.raises(UploadTooLarge):
        await desk.append(creator, endless.id, Chunk(offset=0, body=body()))
    assert await site.used(creator) == 3 * PART_BYTES + 1


async def test_of_files_that_begin_in_many_processes_no_more_stay_than_fit(
    site: Site, creator: Caller
) -> None:
    async def begin() -> None:
        with suppress(UploadTooLarge):
            await site.process().begin(creator, a_file(100))

    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(begin)
    assert await site.used(creator) <= NARROW.quota
    for upload in await site.storage.uploads.of_owner(creator.signed_in()):
        await site.process().terminate(creator, upload.id)
    assert (await site.process().begin(creator, a_file(100))).length == 100


async def test_what_is_taken_back_begins_anew_with_the_same_key(site: Site, creator: Caller) -> None:
    key = RequestKey(owner=str(creator.signed_in()), operation="uploads_create", key="1", fingerprint="-")
    keyed = replace(creator, origin=replace(creator.origin, request_key=key))
    came: list[Upload] = []

    async def come() -> None:
        if not came:
            came.append(await site.process().begin(creator, a_file(100)))

    limits = replace(NARROW, quota=150)
    desk = site.process(limits, quotas=Meanwhile(come))
    with pytest.raises(UploadTooLarge):
        await desk.begin(keyed, a_file(100))
    assert await site.storage.done_before(key) is None
    await desk.terminate(creator, came[0].id)
    begun = await desk.begin(keyed, a_file(100))
    assert await site.storage.done_before(key) == begun.id


async def test_of_lengths_that_are_told_to_many_processes_no_more_count_than_fit(
    site: Site, creator: Caller
) -> None:
    uploads = [await site.process().begin(creator, a_file(None)) for _ in range(4)]

    async def tell(upload: Upload) -> None:
        with suppress(UploadTooLarge):
            await site.process().append(creator, upload.id, a_chunk(b"", length=100))

    async with anyio.create_task_group() as group:
        for upload in uploads:
            group.start_soon(tell, upload)
    assert await site.used(creator) <= NARROW.quota
    learned = [one.length for one in await site.storage.uploads.of_owner(creator.signed_in())]
    assert len(learned) == 4
    await tell(uploads[learned.index(None)])
    assert await site.used(creator) > 0


async def test_one_account_sends_so_many_chunks_at_once_and_leaves_places_to_others(
    site: Site, creator: Caller, storage: Storage
) -> None:
    desk = site.process(replace(NARROW, open_at_once=5, chunks_at_once=5))
    lines = [Body(b"x") for _ in range(4)]
    *under_way, two = [await desk.begin(creator, a_file(2)) for _ in range(5)]
    other = await somebody(storage, Role.CREATOR)
    theirs = await desk.begin(other, a_file(1))

    async def append(upload: Upload, line: Body) -> None:
        with pytest.raises(UploadTaken):
            await desk.append(creator, upload.id, Chunk(offset=0, body=line.come()))

    async with anyio.create_task_group() as group:
        for upload, line in zip(under_way, lines, strict=True):
            group.start_soon(append, upload, line)
            await line.is_read.wait()
        with pytest.raises(Unavailable, match="4 chunks of yours"):
            await desk.append(creator, two.id, a_chunk(b"xx"))
        await desk.append(other, theirs.id, a_chunk(b"x"))
        # Who goes on with the same one takes no second place.
        for upload in under_way:
            await desk.append(creator, upload.id, a_chunk(b"x", 1))
    await desk.append(creator, two.id, a_chunk(b"xx"))


async def test_one_process_takes_so_many_chunks_at_once(site: Site, storage: Storage) -> None:
    desk = site.process(replace(NARROW, chunks_at_once=5))
    people = [await somebody(storage, Role.CREATOR) for _ in range(6)]
    uploads = [await desk.begin(one, a_file(1)) for one in people]
    bodies = [Body(b"x") for _ in people[:-1]]

    async with anyio.create_task_group() as group:
        for person, upload, body in zip(people, uploads, bodies, strict=False):
            group.start_soon(desk.append, person, upload.id, Chunk(offset=0, body=body.come()))
        for body in bodies:
            await body.is_read.wait()
        with pytest.raises(Unavailable, match="Very many files"):
            await desk.append(people[-1], uploads[-1].id, a_chunk(b"x"))
        for body in bodies:
            body.ends.set()
    await desk.append(people[-1], uploads[-1].id, a_chunk(b"x"))
