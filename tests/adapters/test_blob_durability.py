"""What a folder has taken in is on the disk when the call returns, and not only in the system's memory."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import MIB, PATIENCE
from tests.builders.extents import waits_in_memory

KEY = "uploads/a film/ä %20+1.bin"
DATA = bytes(range(256)) * (MIB // 256)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Skips the test where the file system does not tell, or has written at once what nobody asked for."""
    left_alone = tmp_path / "left alone"
    left_alone.write_bytes(DATA)
    try:
        tells = waits_in_memory(left_alone)
    except OSError:
        tells = False
    if not tells:
        pytest.skip("the file system of temporary files does not tell what is on the disk")
    return tmp_path / "kept"


async def put(blobs: BlobStore) -> None:
    await blobs.put(KEY, DATA)


async def create(blobs: BlobStore) -> None:
    await blobs.create(KEY, DATA)


async def write(blobs: BlobStore) -> None:
    async with blobs.writer(KEY) as blob:
        for _ in range(20):
            await blob.write(DATA)


async def copy(blobs: BlobStore) -> None:
    await blobs.put("uploads/other", DATA)
    await blobs.copy("uploads/other", KEY)


@pytest.mark.parametrize("keep", [put, create, write, copy])
async def test_what_was_taken_in_is_on_the_disk(
    root: Path, keep: Callable[[BlobStore], Awaitable[None]]
) -> None:
    blobs = open_blobs(root.as_uri(), PATIENCE)
    await keep(blobs)
    assert not waits_in_memory(root / KEY)


@pytest.mark.parametrize("keep", [put, create, write, copy])
async def test_the_file_and_every_folder_on_the_way_to_it_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: Callable[[BlobStore], Awaitable[None]]
) -> None:
    flushed: set[tuple[int, int]] = set()
    flush = os.fsync

    def noting(descriptor: int) -> None:
        flush(descriptor)
        found = os.fstat(descriptor)
        flushed.add((found.st_dev, found.st_ino))

    monkeypatch.setattr(os, "fsync", noting)
    root = tmp_path / "kept"
    await keep(open_blobs(root.as_uri(), PATIENCE))
    file = root / KEY
    way = [file, *(folder for folder in file.parents if folder.is_relative_to(root))]
    assert len(way) == 4
    found = {path: path.stat() for path in way}
    missed = [path for path, told in found.items() if (told.st_dev, told.st_ino) not in flushed]
    assert missed == []
