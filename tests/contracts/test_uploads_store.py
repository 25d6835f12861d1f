"""What every store of uploads keeps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import pytest

from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.upload_limits import Usage
from killrvideo.domain.uploads import LASTS, Part, Upload, UploadKind
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep
from tests.builders.uploads import a_part, an_upload
from tests.holding_still import START

OWNER = an_account()
LATER = START + timedelta(minutes=1)


@pytest.fixture(autouse=True)
async def owner(storage: Storage) -> None:
    await keep(storage, OWNER)


async def add(storage: Storage, *uploads: Upload) -> None:
    work = storage.begin("tests.uploads", ORIGIN)
    for upload in uploads:
        storage.uploads.add(work, upload)
    await work.commit()


async def grow(storage: Storage, upload: Upload, size: int) -> tuple[Upload, Part]:
    """One piece more of it; raises StaleVersion."""
    grown, part = upload.grown(size, LATER), a_part(upload, upload.offset, size)
    work = storage.begin("tests.grow", ORIGIN)
    storage.uploads.replace(work, grown, part)
    await work.commit()
    return grown, part


async def remove(storage: Storage, upload: Upload) -> None:
    work = storage.begin("tests.remove", ORIGIN)
    storage.uploads.remove(work, upload)
    await work.commit()


async def whole(storage: Storage, sizes: Sequence[int], **changes: Any) -> tuple[Upload, list[Part]]:
    """An upload of pieces of such sizes, complete unless its length is another."""
    upload = an_upload(OWNER, **{"length": sum(sizes), **changes})
    await add(storage, upload)
    parts = []
    for size in sizes:
        upload, part = await grow(storage, upload, size)
        parts.append(part)
    return upload, parts


async def test_an_upload_is_kept_as_it_is(storage: Storage) -> None:
    plain = an_upload(OWNER)
    told = an_upload(
        OWNER,
        length=None,
        kind=UploadKind.PARTIAL,
        metadata={"filename": "Règen.mp4", "is_final": ""},
        version=7,
    )
    large = an_upload(OWNER, length=2**40)
    await add(storage, plain, told, large)

    for upload in (plain, told, large):
        assert await storage.uploads.get(upload.id) == upload
        assert await storage.uploads.parts(upload.id) == []
    assert await storage.uploads.get(an_upload(OWNER).id) is None


async def test_it_grows_piece_by_piece(storage: Storage) -> None:
    upload, parts = await whole(storage, [6, 1, 4])

    assert await storage.uploads.get(upload.id) == upload
    assert (upload.offset, upload.parts, upload.is_complete) == (11, 3, True)
    assert await storage.uploads.parts(upload.id) == parts
    assert [part.start for part in parts] == [0, 6, 7]


async def test_of_two_who_add_to_the_same_version_one_does(storage: Storage) -> None:
    upload = an_upload(OWNER)
    await add(storage, upload)
    outcomes: list[Part | None] = []

    async def try_to() -> None:
        try:
            outcomes.append((await grow(storage, upload, 5))[1])
        except StaleVersion:
            outcomes.append(None)

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(try_to)
    won = [part for part in outcomes if part is not None]

    assert len(won) == 1
    assert await storage.uploads.parts(upload.id) == won


async def test_what_was_removed_is_gone_with_its_pieces_and_takes_no_more(storage: Storage) -> None:
    upload, _ = await whole(storage, [6])
    stale = replace(upload, version=upload.version - 1)
    with pytest.raises(StaleVersion):
        await remove(storage, stale)
    await remove(storage, upload)

    assert await storage.uploads.get(upload.id) is None
    assert await storage.uploads.parts(upload.id) == []
    assert await storage.uploads.of_owner(OWNER.id) == []
    assert await storage.uploads.expired(START + 10 * LASTS, 10) == []
    for late in (lambda: grow(storage, replace(upload, length=None), 1), lambda: remove(storage, upload)):
        with pytest.raises(StaleVersion):
            await late()


async def test_everything_of_an_account_and_nothing_of_another(storage: Storage) -> None:
    other = an_account()
    await keep(storage, other)
    mine, theirs = [an_upload(OWNER), an_upload(OWNER, offset=11)], an_upload(other)
    await add(storage, *mine, theirs)

    found = await storage.uploads.of_owner(OWNER.id)
    assert sorted(found, key=lambda one: one.id.bytes) == sorted(mine, key=lambda one: one.id.bytes)


async def test_what_the_uploads_of_an_account_take_together(storage: Storage) -> None:
    other = an_account()
    await keep(storage, other)
    assert await storage.uploads.usage(OWNER.id) == Usage()
    await add(storage, an_upload(other), an_upload(OWNER, length=None), an_upload(OWNER, length=2**40))
    kept, _ = await whole(storage, [5, 6])
    partial, _ = await whole(storage, [7], kind=UploadKind.PARTIAL)
    unknown, _ = await whole(storage, [], length=None)
    await grow(storage, unknown, 3)
    many = Usage(uploads=5, pieces=4, bytes=2**40 + 11 + 7 + 3, waiting=4)
    assert await storage.uploads.usage(OWNER.id) == many

    final = an_upload(OWNER, length=7, offset=7, kind=UploadKind.FINAL, joined=(partial.id,))
    work = storage.begin("tests.join", ORIGIN)
    storage.uploads.replace(work, partial.given())
    storage.uploads.add(work, final)
    await work.commit()
    assert await storage.uploads.usage(OWNER.id) == replace(many, uploads=6, waiting=3)
    await remove(storage, kept)
    assert await storage.uploads.usage(OWNER.id) == replace(
        many, uploads=5, pieces=2, bytes=many.bytes - 11, waiting=3
    )


async def test_what_waits_in_vain_is_found_what_ends_first_first(storage: Storage) -> None:
    old = an_upload(OWNER, at=START - 3 * LASTS)
    older = an_upload(OWNER, at=START - 4 * LASTS, kind=UploadKind.PARTIAL, offset=11)
    complete = an_upload(OWNER, at=START - 4 * LASTS, offset=11)
    given = an_upload(OWNER, at=START - 4 * LASTS, kind=UploadKind.JOINED, offset=11)
    fresh = an_upload(OWNER, at=START)
    unknown = an_upload(OWNER, at=START - 2 * LASTS, length=None)
    await add(storage, fresh, old, complete, older, given, unknown)

    assert await storage.uploads.expired(START, 10) == [older, old, unknown]
    assert await storage.uploads.expired(START, 1) == [older]
    assert await storage.uploads.expired(old.expires_at, 10) == [older]


async def test_what_goes_on_or_is_complete_does_not_wait_any_more(storage: Storage) -> None:
    upload = an_upload(OWNER, at=START - 3 * LASTS)
    await add(storage, upload)
    grown, _ = await grow(storage, upload, 5)
    assert await storage.uploads.expired(START, 10) == []
    assert await storage.uploads.expired(LATER + LASTS + timedelta(seconds=1), 10) == [grown]
    await grow(storage, grown, 6)
    assert await storage.uploads.expired(START + 9 * LASTS, 10) == []


async def test_a_final_upload_has_the_pieces_of_those_it_was_joined_of(storage: Storage) -> None:
    two, parts_of_two = await whole(storage, [2, 4], kind=UploadKind.PARTIAL)
    one, parts_of_one = await whole(storage, [5], kind=UploadKind.PARTIAL)
    final = an_upload(OWNER, length=11, offset=11, kind=UploadKind.FINAL, joined=(one.id, two.id))
    work = storage.begin("tests.join", ORIGIN)
    for partial in (one, two):
        storage.uploads.replace(work, partial.given())
    storage.uploads.add(work, final)
    await work.commit()

    assert await storage.uploads.get(final.id) == final
    found = await storage.uploads.parts(final.id)
    assert [part.key for part in found] == [part.key for part in (*parts_of_one, *parts_of_two)]
    assert [part.start for part in found] == [0, 5, 7]
    assert await storage.uploads.parts(two.id) == parts_of_two
    assert await storage.uploads.get(one.id) == one.given()
    assert await storage.uploads.expired(START + 9 * LASTS, 10) == []


async def test_many_pieces_are_in_the_order_of_the_file(storage: Storage) -> None:
    upload = an_upload(OWNER, length=None)
    parts = [a_part(upload, 7 * number, 7) for number in range(1_200)]
    await add(storage, upload)
    for start in range(0, len(parts), 100):
        work = storage.begin("tests.pieces", ORIGIN)
        for part in reversed(parts[start : start + 100]):
            storage.uploads.put_back(work, upload.id, part)
        await work.commit()

    assert await storage.uploads.parts(upload.id) == parts
