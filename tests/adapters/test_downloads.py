"""What strangers name is fetched within bounds of size and time, from where its name was looked up."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence

import httpx2
import pytest

from killrvideo.domain.errors import SourceFailed, SourceNotFound, UnusableFile
from tests.holding_still import ManualClock
from tests.stand_ins.internet import (
    LARGEST,
    OTHER,
    PICTURE,
    PRIVATE,
    PUBLIC,
    Internet,
    a_file,
    always,
)


async def test_it_connects_to_what_was_looked_up_and_names_the_server(clock: ManualClock) -> None:
    internet = Internet(clock, lambda _: a_file())

    assert await internet.get(PICTURE) == b"picture"

    [request] = internet.asked
    assert request.url.host == PUBLIC
    assert request.url.path == "/vi/dQw4w9WgXcQ/hqdefault.jpg"
    assert request.headers["Host"] == "i.ytimg.com"
    assert request.extensions["sni_hostname"] == "i.ytimg.com"
    assert request.headers["Accept-Encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & {*request.headers}


async def test_a_name_that_means_something_else_a_moment_later_changes_nothing(clock: ManualClock) -> None:
    answers = iter([[PUBLIC], [PRIVATE]])

    class Rebinding(Internet):
        async def resolve(self, name: str, port: int) -> Sequence[str]:
            self.looked_up.append(name)
            return next(answers)

    internet = Rebinding(clock, lambda _: a_file())
    await internet.get(PICTURE)

    assert internet.looked_up == ["i.ytimg.com"]
    assert [request.url.host for request in internet.asked] == [PUBLIC]


async def test_a_redirect_to_the_same_name_is_judged_anew(clock: ManualClock) -> None:
    names = {"i.ytimg.com": [PUBLIC]}

    def answer(request: httpx2.Request) -> httpx2.Response:
        names["i.ytimg.com"] = [PRIVATE]
        return httpx2.Response(302, headers={"Location": PICTURE})

    internet = Internet(clock, answer, names)

    with pytest.raises(UnusableFile):
        await internet.get(PICTURE)

    assert len(internet.asked) == 1


async def test_a_redirect_to_another_public_server_takes_nothing_along(clock: ManualClock) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.headers["Host"] == "i.ytimg.com":
            headers = {"Location": "https://example.org/picture.jpg", "Set-Cookie": "a=b; Domain=example.org"}
            return httpx2.Response(302, headers=headers)
        return a_file()

    internet = Internet(clock, answer)

    assert await internet.get(PICTURE) == b"picture"

    assert [request.url.host for request in internet.asked] == [PUBLIC, "93.184.215.14"]
    assert "cookie" not in internet.asked[1].headers


async def test_the_next_machine_of_a_name_is_tried(clock: ManualClock) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == OTHER:
            raise httpx2.ConnectError("[Errno 101] Network is unreachable")
        return a_file()

    internet = Internet(clock, answer, {"i.ytimg.com": [OTHER, PUBLIC]})

    assert await internet.get(PICTURE) == b"picture"
    assert [request.url.host for request in internet.asked] == [OTHER, PUBLIC]


async def test_of_very_many_machines_few_are_tried(clock: ManualClock) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("")

    internet = Internet(clock, answer, {"i.ytimg.com": [f"8.8.8.{number}" for number in range(50)]})

    with pytest.raises(SourceFailed, match="cannot be reached"):
        await internet.get(PICTURE)

    assert len(internet.asked) == 4


async def _without_end(piece: bytes, sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent.append(len(piece))
        yield piece


async def test_a_body_without_end_is_read_to_the_limit(clock: ManualClock) -> None:
    sent: list[int] = []
    internet = Internet(clock, lambda _: httpx2.Response(200, content=_without_end(b"x" * 100, sent)))

    with pytest.raises(UnusableFile, match="larger than 1,000 bytes"):
        await internet.get(PICTURE)

    assert sum(sent) <= LARGEST + 200


@pytest.mark.parametrize("size", [0, 1, LARGEST])
async def test_a_body_up_to_the_limit_is_taken(clock: ManualClock, size: int) -> None:
    assert len(await Internet(clock, lambda _: a_file(b"x" * size)).get(PICTURE)) == size


async def test_what_is_packed_is_never_unpacked(clock: ManualClock) -> None:
    bomb = gzip.compress(bytes(10_000_000))[:LARGEST]
    internet = Internet(clock, lambda _: a_file(bomb, **{"Content-Encoding": "gzip"}))

    with pytest.raises(UnusableFile, match="packed"):
        await internet.get(PICTURE)


async def _never() -> AsyncIterator[bytes]:
    yield b"a"
    await asyncio.Event().wait()


async def test_a_body_that_does_not_come_ends_with_the_time(clock: ManualClock) -> None:
    internet = Internet(clock, lambda _: httpx2.Response(200, content=_never()))

    with pytest.raises(SourceFailed, match=r"within 0\.05 seconds"):
        await internet.get(PICTURE, seconds=0.05)


async def test_a_name_that_is_never_found_ends_with_the_time(clock: ManualClock) -> None:
    class Silent(Internet):
        async def resolve(self, name: str, port: int) -> Sequence[str]:
            await asyncio.Event().wait()
            return []

    with pytest.raises(SourceFailed, match="within"):
        await Silent(clock, always(200)).get(PICTURE, seconds=0.05)


async def test_an_unknown_name_is_worth_another_try(clock: ManualClock) -> None:
    with pytest.raises(SourceFailed, match="cannot be found"):
        await Internet(clock, always(200), {}).get(PICTURE)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
async def test_what_is_not_there_is_not_asked_for_again(clock: ManualClock, status: int) -> None:
    with pytest.raises(SourceNotFound, match=f"HTTP {status}"):
        await Internet(clock, always(status)).get(PICTURE)


@pytest.mark.parametrize("status", [204, 206, 300, 304, 408, 425, 429, 500, 503])
async def test_other_answers_are_worth_another_try_when_the_server_says(
    clock: ManualClock, status: int
) -> None:
    with pytest.raises(SourceFailed) as failed:
        await Internet(clock, always(status, headers={"Retry-After": "90"})).get(PICTURE)

    assert failed.value.retry_after == 90


async def test_a_broken_connection_is_worth_another_try(clock: ManualClock) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("Connection reset by peer")

    with pytest.raises(SourceFailed, match="cannot be reached"):
        await Internet(clock, answer).get(PICTURE)
