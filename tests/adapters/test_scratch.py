"""Files of videos that are worked on: brought once, whole, and gone afterwards."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import SPARE, FolderScratch
from killrvideo.domain.errors import DiskFull, ToolFailed
from killrvideo.domain.ids import VideoId
from killrvideo.domain.uploads import Part
from killrvideo.service_interfaces.blobs import READ_CHUNK, BlobReading, BlobStore
from tests.builders.blobs import MIB, PATIENCE
from tests.builders.ids import IDS

VIDEO = VideoId(IDS.new())
PARTS = (Part(0, 5, "uploads/a"), Part(5, 6, "uploads/b"))


@pytest.fixture
async def blobs(tmp_path: Path) -> BlobStore:
    blobs = open_blobs((tmp_path / "media").as_uri(), PATIENCE)
    await blobs.put("uploads/a", b"hello")
    await blobs.put("uploads/b", b" world")
    return blobs


@pytest.fixture
def scratch(tmp_path: Path, blobs: BlobStore) -> FolderScratch:
    return FolderScratch(tmp_path / "scratch", blobs)


async def test_pieces_are_brought_in_their_order_and_once(scratch: FolderScratch, blobs: BlobStore) -> None:
    file = await scratch.file_of(VIDEO, PARTS)
    assert file.read_bytes() == b"hello world"
    await blobs.delete("uploads/a")

    assert await scratch.file_of(VIDEO, PARTS) == file


async def test_a_piece_is_asked_for_at_once(tmp_path: Path, blobs: BlobStore) -> None:
    size = 16 * MIB
    await blobs.put("uploads/c", bytes(size))
    counting = CountingReads(blobs)
    scratch = FolderScratch(tmp_path / "scratch", cast(BlobStore, counting))

    assert (await scratch.file_of(VIDEO, [Part(0, size, "uploads/c")])).stat().st_size == size
    assert counting.chunks == [size]


class CountingReads:
    """Keeps what of BlobStore is asked for here, and how large what it gives out is."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.chunks: list[int] = []

    async def read(self, key: str, *, chunk_bytes: int = READ_CHUNK) -> BlobReading:
        reading = await self._blobs.read(key, chunk_bytes=chunk_bytes)
        return replace(reading, chunks=self._counted(reading.chunks))

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.chunks.append(len(chunk))
            yield chunk


async def test_a_file_that_was_not_brought_to_its_end_is_brought_anew(scratch: FolderScratch) -> None:
    file = await scratch.file_of(VIDEO, PARTS)
    file.write_bytes(b"hello wor")

    assert (await scratch.file_of(VIDEO, PARTS)).read_bytes() == b"hello world"


@pytest.mark.parametrize("change", ["gone", "shorter"])
async def test_a_piece_that_is_not_as_it_was_counted_leaves_nothing(
    scratch: FolderScratch, blobs: BlobStore, change: str, tmp_path: Path
) -> None:
    await (blobs.delete("uploads/b") if change == "gone" else blobs.put("uploads/b", b" wor"))

    with pytest.raises(ToolFailed):
        await scratch.file_of(VIDEO, PARTS)
    assert [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()] == []


class Disk:
    """Has room as the test says."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self, _: Path) -> int:
        return self.free


async def test_a_file_waits_for_room_without_damage(tmp_path: Path, blobs: BlobStore) -> None:
    disk = Disk(SPARE + 10)
    scratch = FolderScratch(tmp_path / "scratch", blobs, free=disk)
    with pytest.raises(DiskFull) as refused:
        await scratch.file_of(VIDEO, PARTS)
    assert refused.value.retry_after == 300

    disk.free = SPARE + 11
    assert (await scratch.file_of(VIDEO, PARTS)).read_bytes() == b"hello world"


async def test_room_is_promised_once_and_what_is_made_needs_some_too(
    tmp_path: Path, blobs: BlobStore
) -> None:
    scratch = FolderScratch(tmp_path / "scratch", blobs, free=Disk(SPARE + 100))
    async with scratch.folder(VIDEO, room=90):
        with pytest.raises(DiskFull):
            await scratch.file_of(VIDEO, PARTS)
        with pytest.raises(DiskFull):
            async with scratch.folder(VIDEO, room=11):
                pass
        async with scratch.folder(VIDEO, room=10):
            pass
    assert (await scratch.file_of(VIDEO, PARTS)).exists()


async def test_a_folder_is_empty_and_gone_afterwards(scratch: FolderScratch) -> None:
    async with scratch.folder(VIDEO) as folder, scratch.folder(VIDEO) as other:
        assert list(folder.iterdir()) == list(other.iterdir()) == []
        (folder / "file").write_bytes(b"made")
    assert not folder.exists()


async def test_what_is_cleared_is_gone_and_can_be_had_again(scratch: FolderScratch) -> None:
    file = await scratch.file_of(VIDEO, PARTS)
    await scratch.clear(VIDEO)
    await scratch.clear(VIDEO)
    assert not file.exists()
    assert (await scratch.file_of(VIDEO, PARTS)).exists()


async def test_it_is_known_what_nobody_has_used_for_long(scratch: FolderScratch) -> None:
    file = await scratch.file_of(VIDEO, PARTS)
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert await scratch.unused(now - hour) == []
    assert await scratch.unused(now + hour) == [VIDEO]
    async with scratch.folder(VIDEO) as folder:
        made = folder / "made"
        made.write_bytes(b"x")
        for path in (file.parent, file, folder):
            os.utime(path, (0, 0))
        assert await scratch.unused(now - hour) == []  # Something in it grows.
        os.utime(made, (0, 0))
        assert await scratch.unused(now - hour) == [VIDEO]


async def test_what_others_keep_in_the_same_place_is_none_of_ours(
    scratch: FolderScratch, tmp_path: Path
) -> None:
    assert await scratch.unused(datetime.now(UTC)) == []
    root = tmp_path / "scratch"
    for path in ("notes.txt", f"{IDS.new()}/notes.txt", "work-1/source", f"{IDS.new()}".upper() + "/source"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    (root / str(IDS.new())).write_bytes(b"x")
    assert await scratch.unused(datetime.now(UTC) + timedelta(hours=1)) == []
