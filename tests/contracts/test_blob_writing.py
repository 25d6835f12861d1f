"""What every store of blobs keeps of what is written in pieces, or by several at once: all or nothing."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from killrvideo.domain.errors import BlobExists
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import HELLO, MIB, content, keys, pieces, whole
from tests.builders.streaming import peak_growth_mib
from tests.stand_ins.s3 import S3Server


async def test_of_many_that_create_at_once_exactly_one_wins(blobs: BlobStore) -> None:
    async def create(number: int) -> bool:
        try:
            await blobs.create("lock", b"%d" % number)
        except BlobExists:
            return False
        return True

    won = await asyncio.gather(*map(create, range(20)))

    assert won.count(True) == 1
    assert await content(blobs, "lock") == b"%d" % won.index(True)


async def test_a_stream_arrives_whole(blobs: BlobStore) -> None:
    await blobs.put("stream", pieces(5, 5 * MIB))
    await blobs.put("bytes", bytes(20 * MIB))

    reading = await blobs.read("stream", start=5 * MIB - 1, end=15 * MIB + 1)

    assert reading.info.size == 25 * MIB
    assert await whole(reading) == b"\0" + b"\1" * 5 * MIB + b"\2" * 5 * MIB + b"\3"
    assert await content(blobs, "bytes") == bytes(20 * MIB)


@pytest.mark.parametrize("sent", [1, 5])
async def test_a_stream_that_breaks_changes_nothing(blobs: BlobStore, sent: int) -> None:
    await blobs.put("kept", HELLO)
    for key in ("kept", "new"):
        with pytest.raises(ConnectionResetError):
            await blobs.put(key, pieces(sent, 5 * MIB, then=ConnectionResetError()))

    assert await content(blobs, "kept") == HELLO
    assert await keys(blobs) == ["kept"]


async def written_until_cancelled(blobs: BlobStore, begun: asyncio.Event) -> None:
    async with blobs.writer("cancelled") as writer:
        for _ in range(3):
            await writer.write(bytes(10 * MIB))
        begun.set()
        await asyncio.Event().wait()


async def write_and_fail(blobs: BlobStore) -> None:
    async with blobs.writer("aborted") as writer:
        await writer.write(bytes(30 * MIB))
        raise ZeroDivisionError


async def abort_and_cancel(blobs: BlobStore) -> None:
    """Three writers of 30 MiB that do not get to their ends."""
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(blobs)
    begun = asyncio.Event()
    writing = asyncio.create_task(written_until_cancelled(blobs, begun))
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with pytest.raises(KeyError):
        await blobs.put("broken", pieces(3, 10 * MIB, then=KeyError()))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_abort_leaves_no_file_behind(local: BlobStore, tmp_path: Path) -> None:
    await abort_and_cancel(local)

    assert files_in(tmp_path) == []


async def test_an_abort_leaves_no_upload_behind(remote: BlobStore, s3: S3Server, bucket: str) -> None:
    await abort_and_cancel(remote)

    assert await keys(remote) == []
    assert s3.unfinished_uploads(bucket) == 0


async def test_what_a_crash_left_of_a_draft_is_found_once_it_is_old(local: BlobStore, tmp_path: Path) -> None:
    await local.put("videos/1/film", HELLO)
    old, fresh = (tmp_path / "kept" / "videos" / "1" / name for name in ("film#1", "film#2"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for draft in (old, fresh):
        draft.write_bytes(b"half of")
    os.utime(old, (yesterday.timestamp(), yesterday.timestamp()))

    assert await keys(local) == ["videos/1/film"]
    assert await local.drop_unfinished(yesterday + timedelta(hours=1)) == 1
    assert await local.drop_unfinished(yesterday + timedelta(hours=1)) == 0
    assert {path.name for path in files_in(tmp_path)} == {"film", "film#2"}


async def test_buckets_remove_unfinished_uploads_by_a_rule_of_their_own(remote: BlobStore) -> None:
    await remote.put("film", HELLO)

    assert await remote.drop_unfinished(datetime.now(UTC) + timedelta(days=1)) == 0
    assert await content(remote, "film") == HELLO


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak memory")
@pytest.mark.parametrize("store", ["local", "remote"])
def test_a_big_blob_passes_through_little_memory(
    store: str, tmp_path: Path, s3: S3Server, bucket: str
) -> None:
    address = tmp_path.as_uri() if store == "local" else f"s3://{bucket}"

    grown = peak_growth_mib(address, s3.address, mib=64)

    assert 0 < grown < 48
