"""Files are swept by the database that they belong to, and by no other that happens to find them."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.housekeeping import SWEPT_EVERY, Litter, Standing, SweepRefused
from killrvideo.domain.instants import to_millis
from killrvideo.features.housekeeping import MARK_KEY, Housekeeping, HouseMarks
from killrvideo.features.moving import Moving
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.moving import HoldingKind, Reached
from tests.builders.blobs import PATIENCE, keys
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.kept_media import some_media
from tests.builders.moving import archive_of
from tests.builders.stored import a_stored_video
from tests.holding_still import START, ManualClock

LONG_AGO = START - timedelta(days=3)


class House:
    def __init__(self, storage: SqliteStorage, blobs: BlobStore, clock: ManualClock) -> None:
        self.storage = storage
        self.marks = HouseMarks(storage.holdings, blobs, clock, IDS)
        self.keeping = Housekeeping(storage, blobs, clock, self.marks)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def blobs(files: Path) -> BlobStore:
    return open_blobs(files.as_uri(), PATIENCE)


@pytest.fixture
def house(storage: SqliteStorage, blobs: BlobStore, clock: ManualClock) -> House:
    return House(storage, blobs, clock)


@asynccontextmanager
async def another(path: Path, blobs: BlobStore, clock: ManualClock) -> AsyncIterator[House]:
    """Another database beside the same files; an empty one unless there is something at the path."""
    storage = SqliteStorage(path, clock, IDS, synchronous="off")
    await storage.open()
    yield House(storage, blobs, clock)
    await storage.close()


async def put_old(blobs: BlobStore, files: Path, video_id: object) -> str:
    key = f"videos/{video_id}/r1/720p.m3u8"
    await blobs.put(key, b"xxx")
    os.utime(files / key, (to_millis(LONG_AGO) / 1000, to_millis(LONG_AGO) / 1000))
    return key


async def refused(house: House, standing: Standing, clock: ManualClock) -> None:
    """Neither a worker nor an operator who only says yes has anything removed."""
    assert await house.keeping.mark() is standing
    clock.advance(SWEPT_EVERY)
    assert await house.keeping.mark() is standing
    assert not await house.keeping.sweep_if_due()
    with pytest.raises(SweepRefused) as refusal:
        await house.keeping.sweep(removes=True)
    assert refusal.value.standing is standing


async def test_a_house_marks_its_files_and_sweeps_them_by_the_day(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock
) -> None:
    assert await house.keeping.mark() is Standing.OURS
    stray = await put_old(blobs, files, IDS.new())
    assert not await house.keeping.sweep_if_due()
    clock.advance(SWEPT_EVERY)
    assert await house.keeping.mark() is Standing.OURS
    assert await house.keeping.sweep_if_due()
    assert not await house.keeping.sweep_if_due()
    assert stray not in await keys(blobs)


async def test_an_empty_database_beside_files_removes_none(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock
) -> None:
    kept = await put_old(blobs, files, IDS.new())
    await refused(house, Standing.UNMARKED, clock)
    assert await keys(blobs) == [kept]


async def test_an_empty_database_beside_files_of_another_removes_none_nor_does_that(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock, tmp_path: Path
) -> None:
    kept = await put_old(blobs, files, (await a_stored_video(house.storage)).id)
    assert await house.keeping.mark() is Standing.OURS
    async with another(tmp_path / "empty.db", blobs, clock) as empty:
        await refused(empty, Standing.ANOTHERS, clock)
    await refused(house, Standing.ANOTHERS, clock)
    assert kept in await keys(blobs)


async def test_a_database_from_a_backup_removes_nothing(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock, tmp_path: Path
) -> None:
    await house.keeping.mark()
    backup = await archive_of(house.storage, clock, tmp_path / "backup")
    clock.advance(timedelta(hours=1))
    await house.keeping.mark()
    kept = await put_old(blobs, files, (await a_stored_video(house.storage)).id)
    async with another(tmp_path / "restored.db", blobs, clock) as restored:
        await Moving(restored.storage.holdings, clock).enter(backup)
        await refused(restored, Standing.ANOTHERS, clock)
    assert kept in await keys(blobs)


async def test_files_go_along_with_a_house_that_moves(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock, tmp_path: Path
) -> None:
    video = await a_stored_video(house.storage)
    work = house.storage.begin("tests.media", ORIGIN)
    house.storage.media.put(work, some_media(video.id, run="r1"))
    await work.commit()
    kept = await put_old(blobs, files, video.id)
    stray = await put_old(blobs, files, IDS.new())
    await house.marks.adopt()
    archive = await archive_of(house.storage, clock, tmp_path / "archive")
    clock.advance(SWEPT_EVERY)
    async with another(tmp_path / "new.db", blobs, clock) as new:
        await new.storage.holdings.put((), Reached(archive.identity, HoldingKind.ACCOUNTS))
        assert await new.keeping.mark() is Standing.MOVING_IN
        await refused(new, Standing.MOVING_IN, clock)
        with pytest.raises(SweepRefused):
            await new.marks.adopt()
        await Moving(new.storage.holdings, clock).enter(archive)
        assert await new.keeping.mark() is Standing.OURS
        assert not await new.keeping.sweep_if_due()
        clock.advance(SWEPT_EVERY)
        assert await new.keeping.sweep_if_due()
        left = await keys(blobs)
        assert kept in left
        assert stray not in left
        await refused(house, Standing.ANOTHERS, clock)  # The old one, started once more.


async def test_files_that_are_all_known_are_marked_without_being_told_to(
    house: House, blobs: BlobStore, files: Path
) -> None:
    await put_old(blobs, files, (await a_stored_video(house.storage)).id)
    assert await house.keeping.mark() is Standing.OURS


async def test_an_operator_says_whose_files_are(
    house: House, blobs: BlobStore, files: Path, clock: ManualClock
) -> None:
    kept = await put_old(blobs, files, IDS.new())
    await refused(house, Standing.UNMARKED, clock)
    await house.marks.adopt()
    assert await keys(blobs, "videos") == [kept]
    assert (await house.keeping.sweep(removes=True))[Litter.FILES].count == 1


@pytest.mark.parametrize("stands_beside", [False, True])
async def test_a_renewal_that_a_crash_cut_off_is_finished(
    house: House, blobs: BlobStore, stands_beside: bool
) -> None:
    await house.keeping.mark()
    mark = await house.storage.holdings.mark()
    assert mark is not None
    assert await house.storage.holdings.change_mark(mark, replace(mark, coming="the next one"))
    if stands_beside:
        await blobs.put(MARK_KEY, b"the next one")
    for _ in range(2):
        assert await house.keeping.mark() is Standing.OURS


async def test_of_two_processes_that_begin_at_once_neither_takes_the_other_for_another(
    storage: SqliteStorage, house: House, blobs: BlobStore, clock: ManualClock
) -> None:
    neighbour = House(storage, blobs, clock)
    async with anyio.create_task_group() as group:
        for process in (house, neighbour):
            group.start_soon(process.keeping.mark)
    for process in (house, neighbour, house):
        assert await process.keeping.mark() is Standing.OURS
