"""What every store of blobs keeps: a folder, memory, and S3 by a real server of its protocol."""

import asyncio
from datetime import UTC, timedelta

import httpx2
import pytest
from obstore.store import MemoryStore

from killrvideo.adapters.blobs import ObjectBlobs, open_blobs
from killrvideo.domain.errors import BlobNotFound, InvalidBlobKey, RangeNotSatisfiable, StaleVersion
from killrvideo.service_interfaces.blobs import PAGE_MOST, BlobStore
from tests.builders.blobs import HELLO, PATIENCE, content, keys, pieces, whole
from tests.stand_ins.s3 import S3Server


async def test_a_blob_comes_back_as_it_went_and_is_replaced_as_a_whole(blobs: BlobStore) -> None:
    await blobs.put("videos/1/poster.webp", b"a longer first version", content_type="image/webp")
    first = await blobs.head("videos/1/poster.webp")
    await blobs.put("videos/1/poster.webp", HELLO, content_type="image/webp")

    reading = await blobs.read("videos/1/poster.webp")
    second = await blobs.head("videos/1/poster.webp")

    assert await whole(reading) == HELLO
    assert reading.info == second
    assert (first.key, first.size) == ("videos/1/poster.webp", 22)
    assert (second.key, second.size) == ("videos/1/poster.webp", 11)
    assert first.etag != second.etag
    assert second.etag.startswith('"')
    assert second.last_modified.tzinfo is UTC
    assert second.last_modified >= first.last_modified


async def test_the_content_type_is_kept_by_all_but_folders(remote: BlobStore, local: BlobStore) -> None:
    for store, kept in ((remote, "text/vtt"), (local, None)):
        await store.put("captions.vtt", HELLO, content_type="text/vtt")
        await store.create("created.vtt", HELLO, content_type="text/vtt")
        async with store.writer("written.vtt", content_type="text/vtt") as writer:
            await writer.write(HELLO)
        for key in ("captions.vtt", "created.vtt", "written.vtt"):
            assert (await store.head(key)).content_type == kept
            assert (await store.read(key)).info.content_type == kept


async def test_what_is_not_there_is_not_found(blobs: BlobStore) -> None:
    await blobs.put("videos/1/poster.webp", HELLO)
    for key in ("videos/2/poster.webp", "videos/1", "videos/1/poster"):
        with pytest.raises(BlobNotFound):
            await blobs.read(key)
        with pytest.raises(BlobNotFound):
            await blobs.head(key)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 5, b"hello"), (2, 5, b"llo"), (6, None, b"world"), (8, 500, b"rld"), (10, 11, b"d"), (0, 99, HELLO)],
)
async def test_a_range_is_read(blobs: BlobStore, start: int, end: int | None, expected: bytes) -> None:
    await blobs.put("greeting", HELLO)

    for chunk_bytes in (1, 4, 100):
        reading = await blobs.read("greeting", start=start, end=end, chunk_bytes=chunk_bytes)
        assert (reading.start, reading.end) == (start, start + len(expected))
        assert reading.info.size == len(HELLO)
        assert await whole(reading) == expected


@pytest.mark.parametrize(("start", "end"), [(11, None), (50, 60), (5, 5)])
async def test_a_range_outside_is_refused_and_told_the_size(
    blobs: BlobStore, start: int, end: int | None
) -> None:
    await blobs.put("greeting", HELLO)

    with pytest.raises(RangeNotSatisfiable) as refused:
        await blobs.read("greeting", start=start, end=end)
    assert refused.value.size == 11


async def test_an_empty_blob_is_read_as_nothing(blobs: BlobStore) -> None:
    await blobs.put("put", b"")
    await blobs.put("streamed", pieces(0, 0))
    for key in ("put", "streamed"):
        reading = await blobs.read(key)
        assert (reading.start, reading.end, reading.info.size) == (0, 0, 0)
        assert await whole(reading) == b""
        with pytest.raises(RangeNotSatisfiable):
            await blobs.read(key, start=1)


async def test_a_reader_never_gets_a_mixture(blobs: BlobStore) -> None:
    await blobs.put("replaced", HELLO)
    await blobs.put("deleted", HELLO)
    replaced = await blobs.read("replaced", chunk_bytes=4)
    deleted = await blobs.read("deleted", chunk_bytes=4)
    await blobs.put("replaced", b"HELLO WORLD!")
    await blobs.delete("deleted")

    for reading in (replaced, deleted):
        with pytest.raises(StaleVersion):
            await whole(reading)


async def test_a_list_has_pages_in_the_order_of_keys(blobs: BlobStore) -> None:
    names = ["b/2", "a/1", "b/10", "b/1", "b.txt", "ä/1", "b/1b", "c"]
    for number, name in enumerate(names):
        await blobs.put(name, bytes(number))

    first = await blobs.list(limit=3)
    second = await blobs.list(limit=3, after=first[-1].key)
    third = await blobs.list(limit=3, after=second[-1].key)

    listed = [*first, *second, *third]
    assert [info.key for info in listed] == sorted(names)
    assert {info.key: info.size for info in listed} == {name: number for number, name in enumerate(names)}
    assert await blobs.list(after=third[-1].key) == []


async def test_a_walk_meets_everything_once_though_what_it_met_is_deleted(blobs: BlobStore) -> None:
    names = {f"videos/{video}/r/{number}" for video in range(30) for number in range(PAGE_MOST // 20)}
    await asyncio.gather(*(blobs.put(name, b"x") for name in names))
    await blobs.put("videosand/others", HELLO)

    met = []
    async for info in blobs.walk("videos"):
        met.append((info.key, info.size))
        await blobs.delete(info.key)

    assert len(met) == len(names) > PAGE_MOST
    assert dict(met) == dict.fromkeys(names, 1)
    assert await keys(blobs) == ["videosand/others"]
    assert [info.key async for info in blobs.walk("videos")] == []
    assert [info.key async for info in blobs.walk()] == ["videosand/others"]


async def test_a_prefix_is_of_whole_parts(blobs: BlobStore) -> None:
    for key in ("videos/1/a", "videos/1/b/c", "videos/10/a", "videos/2", "other"):
        await blobs.put(key, HELLO)

    assert await keys(blobs, "videos/1") == ["videos/1/a", "videos/1/b/c"]
    assert await keys(blobs, "videos/1/") == ["videos/1/a", "videos/1/b/c"]
    assert await keys(blobs, "vid") == []
    assert [info.key for info in await blobs.list("videos", after="videos/1/b/c", limit=1)] == ["videos/10/a"]


async def test_deleting_is_done_once_and_harmless_twice(blobs: BlobStore) -> None:
    await blobs.put("videos/1/a", HELLO)
    await blobs.put("videos/1/b", HELLO)

    await blobs.delete("videos/1/a")
    await blobs.delete("videos/1/a")

    assert await keys(blobs) == ["videos/1/b"]


async def test_more_than_a_page_is_deleted(local: BlobStore) -> None:
    names = [f"videos/1/{number:05}" for number in range(2 * PAGE_MOST + 1)]
    for name in names:
        await local.put(name, b"x")
    assert await local.delete_all("videos") == len(names)
    assert await keys(local) == []


async def test_all_under_a_prefix_are_deleted_and_no_others(blobs: BlobStore) -> None:
    for key in ("videos/1/a", "videos/1/b/c", "videos/10/a", "other"):
        await blobs.put(key, HELLO)

    both = await asyncio.gather(blobs.delete_all("videos/1"), blobs.delete_all("videos/1"))

    assert max(both) == 2
    assert await blobs.delete_all("videos/1") == 0
    assert await keys(blobs) == ["other", "videos/10/a"]
    with pytest.raises(InvalidBlobKey):
        await blobs.delete_all("")
    assert await keys(blobs) == ["other", "videos/10/a"]


async def test_a_copy_stands_for_itself(blobs: BlobStore) -> None:
    await blobs.put("drafts/1", HELLO)
    await blobs.put("videos/1", b"old")

    await blobs.copy("drafts/1", "videos/1")
    await blobs.put("drafts/1", b"new")

    assert await content(blobs, "videos/1") == HELLO
    with pytest.raises(BlobNotFound):
        await blobs.copy("drafts/2", "videos/1")
    assert await content(blobs, "videos/1") == HELLO


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/etc/passwd", "a//b", "a/", ".", "..", "../secret", "a/../../secret", "a/./b"),
        *("a\\..\\b", "a\0b", "a\nb", "a#1", "half \ud83c", "x" * 201, "ä" * 101, "/".join(["x" * 100] * 8)),
    ],
    ids=ascii,
)
async def test_a_name_that_no_store_could_keep_is_refused_by_every_verb(blobs: BlobStore, key: str) -> None:
    await blobs.put("kept", HELLO)
    verbs = [
        blobs.put(key, HELLO),
        blobs.put(key, pieces(1, 1)),
        blobs.create(key, HELLO),
        blobs.read(key),
        blobs.head(key),
        blobs.delete(key),
        blobs.delete_all(key),
        blobs.copy(key, "copy"),
        blobs.copy("kept", key),
        blobs.signed_url(key, "GET", timedelta(minutes=1)),
    ]
    for verb in verbs:
        # A prefix may end with a slash.
        if not (verb is verbs[6] and key == "a/"):
            with pytest.raises(InvalidBlobKey):
                await verb
        verb.close()
    assert await keys(blobs) == ["kept"]


UNICODE = [
    "films/Ünïcödé/日本 語.mp4",
    "emoji/🎬 100%.txt",
    "q?x=1&y=+;.txt",
    "combining e\u0301",
    "[a]{b}^`~'\"<>|*:@!$(),=",
    "x" * 200,
    "/".join(["ä" * 50] * 7),
]


@pytest.mark.parametrize("key", UNICODE, ids=lambda key: ascii(key)[:20])
async def test_any_other_name_is_kept_as_it_is(blobs: BlobStore, key: str) -> None:
    await blobs.put(key, HELLO)

    assert await content(blobs, key) == HELLO
    assert (await blobs.head(key)).key == key
    assert await keys(blobs) == [key]
    await blobs.copy(key, "copy")
    await blobs.delete(key)
    assert await keys(blobs) == ["copy"]


@pytest.mark.parametrize("key", ["greeting", *UNICODE], ids=lambda key: ascii(key)[:20])
async def test_whoever_has_a_signed_url_reads_or_writes_without_credentials(
    remote: BlobStore, key: str
) -> None:
    await remote.put(key, HELLO, content_type="text/plain")
    reading = await remote.signed_url(key, "GET", timedelta(minutes=5))
    writing = await remote.signed_url(key, "PUT", timedelta(minutes=5))
    assert reading is not None
    assert writing is not None

    async with httpx2.AsyncClient() as client:
        answer = await client.get(reading, headers={"Range": "bytes=6-"})
        put = await client.put(writing, content=b"written", headers={"Content-Type": "text/vtt"})

    assert (answer.status_code, answer.content) == (206, b"world")
    assert answer.headers["Content-Type"] == "text/plain"
    assert put.status_code == 200
    assert await content(remote, key) == b"written"
    assert (await remote.head(key)).content_type == "text/vtt"


async def test_what_cannot_sign_says_so(local: BlobStore) -> None:
    await local.put("greeting", HELLO)

    for store in (local, ObjectBlobs(MemoryStore(), PATIENCE)):
        assert await store.signed_url("greeting", "GET", timedelta(minutes=5)) is None


async def test_two_prefixes_of_one_bucket_are_two_stores(s3: S3Server, bucket: str) -> None:
    one, other = (
        open_blobs(f"s3://{bucket}/{prefix}", PATIENCE, endpoint=s3.address, plain_http=True)
        for prefix in ("one", "one/more")
    )
    await one.put("greeting", HELLO)
    await other.put("farewell", HELLO)

    assert await keys(one) == ["greeting", "more/farewell"]
    assert await keys(other) == ["farewell"]
