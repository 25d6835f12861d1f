"""Uploads over HTTP, beyond what their protocol says: what becomes of them, and how many there may be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from killrvideo.domain.access import Role
from killrvideo.domain.uploads import MEGABYTE
from tests.api.town import Town, town_in
from tests.api.tus_client import CHUNK, TUS, UPLOADS, Client, id_of, packed, sum_of
from tests.builders.keeping import ORIGIN
from tests.holding_still import CountingIds, ManualClock


async def test_a_complete_upload_is_a_video_of_the_same_id(tus: Client, town: Town) -> None:
    path = await tus.whole(b"hello", **{"Upload-Metadata": f"filename {packed('My film.mp4')}"})
    answer = await town.ask("GET", f"/videos/{id_of(path)}", tus.person)
    body = answer.json()
    assert (body["title"], body["status"], body["location_type"]) == ("My film", "PENDING", 2)
    assert (await tus.ask("DELETE", path)).status_code == 403


async def test_what_came_with_a_creation_of_which_nobody_learns_does_not_stay(
    tus: Client, town: Town
) -> None:
    told = {**TUS, **CHUNK, **tus.person.headers, "Upload-Length": "11", "Content-Length": "11"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": UPLOADS,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
    }
    comes: list[Message] = [
        {"type": "http.request", "body": b"hello", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Message] = []

    async def receive() -> Message:
        return comes.pop(0) if len(comes) > 1 else comes[0]

    async def send(message: Message) -> None:
        answered.append(message)

    await town.house.web_app()(scope, receive, send)

    assert answered[0]["status"] == 201
    assert await town.house.storage.uploads.of_owner(tus.owner) == []
    assert await town.house.foundations.blobs.list() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "video/mp4"}, 415),
        ({**CHUNK, "Upload-Checksum": "md5 AAAA"}, 400),
        ({**CHUNK, **sum_of(b"hallo")}, 460),
        ({**CHUNK, "Upload-Length": "4"}, 413),
        ({**CHUNK, "Upload-Defer-Length": "0"}, 400),
    ],
)
async def test_nothing_stays_of_a_creation_whose_first_chunk_is_refused(
    tus: Client, town: Town, headers: dict[str, str], status: int
) -> None:
    answer = await tus.ask("POST", headers={"Upload-Length": "11", **headers}, content=b"hello")
    assert (answer.status_code, "Location" in answer.headers) == (status, False)
    assert await town.house.storage.uploads.of_owner(tus.owner) == []
    assert await town.house.foundations.blobs.list() == []


async def test_a_creation_that_was_damaged_goes_on_by_its_key(tus: Client) -> None:
    told = {"Idempotency-Key": "a-film", "Upload-Length": "11", **CHUNK, **sum_of(b"hello")}
    assert (await tus.ask("POST", headers=told, content=b"hallo")).status_code == 460
    again = await tus.ask("POST", headers=told, content=b"hello")
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "5")
    assert await tus.bytes_of(again.headers["Location"]) == b"hello"


async def test_a_large_chunk_needs_no_checksum_and_who_sends_one_is_told_how(tus: Client) -> None:
    path = await tus.create(65 * MEGABYTE)
    data = bytes(65 * MEGABYTE)
    answer = await tus.send(path, 0, data, **sum_of(data))
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
    assert "send smaller chunks, of 16,777,216 bytes for example" in answer.json()["detail"]
    assert (await tus.send(path, 0, data)).status_code == 204


async def test_a_creation_that_is_repeated_with_its_key_creates_nothing_more(tus: Client) -> None:
    key = {"Idempotency-Key": "a-film", "Upload-Length": "11", **CHUNK}
    first = await tus.ask("POST", headers=key, content=b"hello")
    again = await tus.ask("POST", headers=key, content=b"hello")
    assert [first.status_code, again.status_code] == [201, 201]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "5"
    other = await tus.ask("POST", headers={**key, "Upload-Length": "12"}, content=b"hello")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await tus.bytes_of(first.headers["Location"]) == b"hello"


async def test_a_file_is_larger_than_any_other_body_may_be(tus: Client) -> None:
    data = bytes(3_000_000)
    path = await tus.whole(data)
    assert await tus.bytes_of(path) == data


async def test_where_the_disk_has_no_room_that_is_told_before_any_damage(
    tmp_path: Path, clock: ManualClock, ids: CountingIds
) -> None:
    async with town_in(tmp_path, clock, ids, upload_leaves_mb=99_000_000) as town:
        full = Client(town, await town.person(Role.CREATOR))
        answer = await full.ask("POST", headers={"Upload-Length": "5"})
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert int(answer.headers["Retry-After"]) > 0
    assert "the operator should make some" in answer.json()["detail"]


async def test_chunks_have_a_quota_of_their_own(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> None:
    limits: dict[str, Any] = {
        "rate_limits": True,
        "quota_submit": "2/3600",
        "quota_upload": "8/60",
        "quota_write": "1/60",
    }
    async with town_in(tmp_path, clock, ids, **limits) as town:
        tus = Client(town, await town.person(Role.CREATOR))
        paths = [await tus.create(5, **{"Upload-Concat": "partial"}) for _ in range(3)]
        for path in paths[:2]:
            assert (await tus.send(path, 0, b"hello")).status_code == 204
        named = " ".join(paths[:2])
        assert (await tus.ask("POST", headers={"Upload-Concat": f"final;{named}"})).status_code == 201
        await tus.create(5)
        answer = await tus.ask("POST", headers={"Upload-Length": "5"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert "'submit'" in answer.json()["detail"]
        assert "'upload'" in (await tus.ask("POST", headers={"Upload-Length": "5"})).json()["detail"]


async def test_what_was_uploaded_is_in_the_archive_of_ones_data(tus: Client, town: Town) -> None:
    path = await tus.create(11, **{"Upload-Metadata": f"filename {packed('rain.mp4')}"})
    await tus.send(path, 0, b"hello")
    (upload,) = (await town.ask("GET", "/users/me/export", tus.person)).json()["uploads"]
    assert upload.pop("createdAt")
    assert upload == {
        "uploadId": str(id_of(path)),
        "metadata": {"filename": "rain.mp4"},
        "size": 11,
        "received": 5,
    }


async def test_uploads_of_an_erased_account_and_of_a_purged_video_are_gone(tus: Client, town: Town) -> None:
    video = await tus.whole(b"hello")
    await tus.send(await tus.create(11), 0, b"hello")
    blobs = town.house.foundations.blobs
    assert (await town.ask("DELETE", "/users/me", tus.person)).status_code == 202
    await town.settle()
    assert [blob.key.split("/")[1] for blob in await blobs.list("uploads")] == [str(id_of(video))]
    town.clock.advance(timedelta(days=31))
    await town.house.application.purge.run(ORIGIN)
    await town.settle()
    assert await blobs.list() == []
    assert await town.house.storage.uploads.of_owner(tus.owner) == []
