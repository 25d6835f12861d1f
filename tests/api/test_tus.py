"""What tus 1.0.0 says that a server MUST do (and what of its SHOULDs is kept), one test for each."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from killrvideo.domain.access import Role
from killrvideo.domain.housekeeping import Found
from killrvideo.domain.uploads import LASTS
from tests.api.town import Town
from tests.api.tus_client import CHUNK, TUS, UPLOADS, Client, id_of, packed, sum_of
from tests.builders.keeping import ORIGIN

# The core protocol.


async def test_an_upload_goes_on_where_it_ended(tus: Client) -> None:
    path = await tus.create(11)
    assert path.startswith(f"{UPLOADS}/")
    first = await tus.send(path, 0, b"hello ")
    assert (first.status_code, first.headers["Upload-Offset"], first.content) == (204, "6", b"")
    assert await tus.offset(path) == 6
    assert (await tus.send(path, 6, b"world")).headers["Upload-Offset"] == "11"
    assert await tus.bytes_of(path) == b"hello world"


async def test_head_tells_all_and_is_not_kept(tus: Client) -> None:
    path = await tus.create(11, **{"Upload-Metadata": f"filename {packed('a b.mp4')},is_final"})
    answer = await tus.ask("HEAD", path)
    assert answer.status_code == 200
    assert (answer.headers["Upload-Offset"], answer.headers["Upload-Length"]) == ("0", "11")
    assert answer.headers["Upload-Metadata"] == f"filename {packed('a b.mp4')},is_final"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Upload-Defer-Length" not in answer.headers


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
async def test_what_is_not_there_has_no_offset(tus: Client, method: str) -> None:
    path = f"{UPLOADS}/00000000-0000-7000-8000-000000000000"
    answer = await tus.ask(method, path, headers={"Upload-Offset": "0", **CHUNK})
    assert answer.status_code == 404
    assert "Upload-Offset" not in answer.headers


async def test_another_offset_is_refused_and_nothing_is_written(tus: Client) -> None:
    path = await tus.create(11)
    await tus.send(path, 0, b"hello")
    for wrong in (0, 4, 6, 11):
        answer = await tus.send(path, wrong, b"X")
        assert answer.status_code == 409
    assert await tus.offset(path) == 5
    assert await tus.bytes_of(path) == b"hello"


async def test_another_media_type_is_refused_and_nothing_is_written(tus: Client) -> None:
    path = await tus.create(11)
    for kind in ("application/octet-stream", "text/plain", ""):
        answer = await tus.send(path, 0, b"hello", **{"Content-Type": kind})
        assert answer.status_code == 415
    assert await tus.bytes_of(path) == b""


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", "2.0.0"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
async def test_another_version_is_refused_and_nothing_is_done(
    tus: Client, method: str, version: str | None
) -> None:
    path = await tus.create(11)
    headers = {**tus.person.headers, **CHUNK, "Upload-Offset": "0", "Upload-Length": "5"}
    headers |= {} if version is None else {"Tus-Resumable": version}
    asked = UPLOADS if method == "POST" else path
    answer = await tus.town.client.request(method, asked, headers=headers, content=b"hello")
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert await tus.bytes_of(path) == b""


async def test_every_answer_tells_the_version(tus: Client) -> None:
    path = await tus.create()
    for method in ("HEAD", "PATCH", "DELETE", "HEAD"):
        assert (await tus.ask(method, path)).headers["Tus-Resumable"] == "1.0.0"


async def test_options_tell_what_the_server_can(tus: Client) -> None:
    answer = await tus.town.client.request("OPTIONS", UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "expiration",
        "checksum",
        "termination",
        "concatenation",
    }
    assert int(answer.headers["Tus-Max-Size"]) > 0
    assert set(answer.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


async def test_methods_may_be_sent_in_a_header(tus: Client) -> None:
    path = await tus.create(5)
    headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", **CHUNK}
    answer = await tus.ask("POST", path, headers=headers, content=b"hello")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")
    answer = await tus.ask("POST", path, headers={"X-HTTP-Method-Override": "HEAD"})
    assert answer.headers["Upload-Offset"] == "5"


@pytest.mark.parametrize("offset", [None, "-1", "x", "1.5", ""])
async def test_an_offset_is_a_number(tus: Client, offset: str | None) -> None:
    path = await tus.create(5)
    headers = CHUNK | ({} if offset is None else {"Upload-Offset": offset})
    assert (await tus.ask("PATCH", path, headers=headers, content=b"hello")).status_code == 400
    assert await tus.bytes_of(path) == b""


async def test_more_than_was_announced_is_refused(tus: Client) -> None:
    path = await tus.create(5)
    assert (await tus.send(path, 0, b"hello!")).status_code == 413
    assert await tus.bytes_of(path) == b""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"hello"
        yield b"!"

    headers = {**tus.person.headers, **TUS, **CHUNK, "Upload-Offset": "0"}
    answer = await tus.town.client.patch(path, headers=headers, content=pieces())
    assert answer.status_code == 413
    assert await tus.bytes_of(path) == b""


async def test_an_empty_chunk_changes_nothing(tus: Client) -> None:
    path = await tus.create(5)
    assert (await tus.send(path, 0, b"")).headers["Upload-Offset"] == "0"
    assert await tus.offset(path) == 0


# Creation.


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "x"},
        {"Upload-Length": "5", "Upload-Defer-Length": "1"},
        {"Upload-Defer-Length": "2"},
        {"Upload-Length": "5", "Upload-Metadata": "filename !"},
        {"Upload-Length": "5", "Upload-Metadata": "a Yg==,a Yg=="},
        {"Upload-Length": "5", "Upload-Concat": "whole"},
    ],
)
async def test_what_cannot_be_understood_is_not_created(tus: Client, headers: dict[str, str]) -> None:
    answer = await tus.ask("POST", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_upload")
    assert await tus.town.house.storage.uploads.of_owner(tus.owner) == []


async def test_what_is_too_large_is_not_created(tus: Client) -> None:
    most = int((await tus.town.client.request("OPTIONS", UPLOADS)).headers["Tus-Max-Size"])
    answer = await tus.ask("POST", headers={"Upload-Length": str(most + 1)})
    assert answer.status_code == 413
    assert "at most" in answer.json()["detail"]


async def test_an_empty_file_is_complete_at_once(tus: Client) -> None:
    assert await tus.offset(await tus.create(0)) == 0


async def test_a_length_may_be_told_later_and_once(tus: Client) -> None:
    path = await tus.create(None)
    assert (await tus.ask("HEAD", path)).headers["Upload-Defer-Length"] == "1"
    await tus.send(path, 0, b"hello ")
    assert "Upload-Length" not in (await tus.ask("HEAD", path)).headers
    assert (await tus.send(path, 6, b"", **{"Upload-Length": "11"})).status_code == 204
    assert (await tus.send(path, 6, b"", **{"Upload-Length": "12"})).status_code == 400
    answer = await tus.ask("HEAD", path)
    assert (answer.headers["Upload-Length"], "Upload-Defer-Length" in answer.headers) == ("11", False)
    assert (await tus.send(path, 6, b"world", **{"Upload-Length": "11"})).headers["Upload-Offset"] == "11"


async def test_the_first_chunk_may_come_with_the_creation(tus: Client) -> None:
    answer = await tus.ask("POST", headers={"Upload-Length": "11", **CHUNK}, content=b"hello")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "5")
    await tus.send(answer.headers["Location"], 5, b" world")
    assert await tus.bytes_of(answer.headers["Location"]) == b"hello world"


# Checksums.


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_chunk_that_is_what_it_says_is_kept(tus: Client, algorithm: str) -> None:
    path = await tus.create(5)
    assert (await tus.send(path, 0, b"hello", **sum_of(b"hello", algorithm))).status_code == 204


async def test_a_chunk_that_is_not_what_it_says_is_not_kept(tus: Client) -> None:
    path = await tus.create(5)
    answer = await tus.send(path, 0, b"hallo", **sum_of(b"hello"))
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert (await tus.offset(path), await tus.bytes_of(path)) == (0, b"")
    assert (await tus.send(path, 0, b"hello", **sum_of(b"hello"))).status_code == 204


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1", "sha1 !", "", "sha1  "])
async def test_a_checksum_that_cannot_be_checked_is_refused(tus: Client, checksum: str) -> None:
    path = await tus.create(5)
    answer = await tus.send(path, 0, b"hello", **{"Upload-Checksum": checksum})
    assert answer.status_code in {400, 460}
    assert await tus.bytes_of(path) == b""


# Expiration.


async def test_it_is_told_until_when_an_upload_waits(tus: Client) -> None:
    path = await tus.create(11)
    answer = await tus.send(path, 0, b"hello")
    until = parsedate_to_datetime(answer.headers["Upload-Expires"])
    assert abs(until - tus.town.clock.now() - LASTS) < timedelta(seconds=2)
    assert answer.headers["Upload-Expires"].endswith(" GMT")
    tus.town.clock.advance(LASTS - timedelta(minutes=1))
    storage, now = tus.town.house.storage, tus.town.clock.now
    assert await storage.uploads.expired(now(), 10) == []
    tus.town.clock.advance(timedelta(minutes=2))
    assert [one.id for one in await storage.uploads.expired(now(), 10)] == [id_of(path)]
    assert await tus.town.house.application.uploads.removing.sweep(ORIGIN) == Found(1, 5)
    assert list(await tus.town.house.foundations.blobs.list("uploads")) == []


# Termination.


async def test_what_is_terminated_is_gone_with_its_bytes(tus: Client) -> None:
    path = await tus.create(11)
    await tus.send(path, 0, b"hello")
    answer = await tus.ask("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await tus.ask("HEAD", path)).status_code == 404
    assert (await tus.send(path, 5, b" world")).status_code == 404
    assert list(await tus.town.house.foundations.blobs.list("uploads")) == []


# Concatenation.


async def test_partial_uploads_are_joined_in_the_order_that_is_named(tus: Client) -> None:
    partial = {"Upload-Concat": "partial"}
    two, one = await tus.whole(b" world", **partial), await tus.whole(b"hello", **partial)
    assert (await tus.ask("HEAD", one)).headers["Upload-Concat"] == "partial"
    answer = await tus.ask("POST", headers={"Upload-Concat": f"final;{one} https://example.org{two}"})
    assert answer.status_code == 201
    final = answer.headers["Location"]
    assert await tus.bytes_of(final) == b"hello world"
    told = (await tus.ask("HEAD", final)).headers
    assert (told["Upload-Length"], told["Upload-Offset"]) == ("11", "11")
    assert told["Upload-Concat"] == f"final;{one} {two}"
    assert (await tus.send(final, 11, b"!")).status_code == 403


async def test_only_complete_partial_uploads_of_ones_own_are_joined(tus: Client) -> None:
    partial = {"Upload-Concat": "partial"}
    whole, open_ = await tus.whole(b"hello"), await tus.create(5, **partial)
    other = Client(tus.town, await tus.town.person(Role.CREATOR))
    theirs = await other.whole(b"theirs", **partial)
    for named, status in ((whole, 400), (open_, 400), (theirs, 404), ("", 400), ("nothing", 400)):
        answer = await tus.ask("POST", headers={"Upload-Concat": f"final;{named}"})
        assert answer.status_code == status, named


# Who may.


async def test_uploads_are_for_creators_and_only_their_own(tus: Client, town: Town) -> None:
    path = await tus.create(11)
    for person in (await town.person(Role.CREATOR), await town.person(Role.MODERATOR)):
        other = Client(town, person)
        assert (await other.ask("HEAD", path)).status_code in {403, 404}
        assert (await other.send(path, 0, b"hello")).status_code in {403, 404}
    viewer = Client(town, await town.person(Role.VIEWER))
    assert (await viewer.ask("POST", headers={"Upload-Length": "5"})).status_code == 403
    assert (await town.client.post(UPLOADS, headers={**TUS, "Upload-Length": "5"})).status_code == 401
    assert await tus.bytes_of(path) == b""
