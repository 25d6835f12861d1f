"""Passwords are hashed off the event loop, in bounded numbers, alike for people who do not exist."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest
from argon2 import Type
from argon2.low_level import verify_secret

from killrvideo.adapters.credentials import Argon2Hasher
from killrvideo.domain.errors import Unavailable

CHEAP = {"memory_kib": 8, "passes": 1, "lanes": 1}


@pytest.fixture
def hasher() -> Iterator[Argon2Hasher]:
    hasher = Argon2Hasher(**CHEAP)
    yield hasher
    hasher.close()


async def test_a_password_matches_its_own_hash_only(hasher: Argon2Hasher) -> None:
    hashed = await hasher.hash("correct horse")

    assert await hasher.verify("correct horse", hashed)
    assert not await hasher.verify("correct horse ", hashed)


async def test_the_same_password_is_never_hashed_alike(hasher: Argon2Hasher) -> None:
    assert await hasher.hash("correct horse") != await hasher.hash("correct horse")


async def test_the_hash_is_argon2id_with_the_asked_cost() -> None:
    hasher = Argon2Hasher(memory_kib=16, passes=3, lanes=2)

    assert (await hasher.hash("correct horse")).startswith("$argon2id$v=19$m=16,t=3,p=2$")

    hasher.close()


async def test_hashes_made_at_another_cost_still_match(hasher: Argon2Hasher) -> None:
    dearer = Argon2Hasher(memory_kib=32, passes=2)
    hashed = await dearer.hash("correct horse")
    dearer.close()

    assert await hasher.verify("correct horse", hashed)


@pytest.mark.parametrize("password", ["", "pässwörd", "密码", "\ud800 half", "nul\x00nul", "x" * 128])
async def test_any_text_can_be_a_password(hasher: Argon2Hasher, password: str) -> None:
    hashed = await hasher.hash(password)

    assert await hasher.verify(password, hashed)
    assert not await hasher.verify(password + "!", hashed)


async def test_nobody_has_a_password(hasher: Argon2Hasher) -> None:
    assert not await hasher.verify("", None)
    assert not await hasher.verify("correct horse", None)


async def test_trying_an_unknown_address_costs_a_whole_hash(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bytes] = []

    def spy(hashed: bytes, secret: bytes, kind: Type) -> bool:
        tried.append(hashed)
        return verify_secret(hashed, secret, kind)

    monkeypatch.setattr("argon2._password_hasher.verify_secret", spy)
    await hasher.verify("wrong", await hasher.hash("correct horse"))
    await hasher.verify("wrong", None)

    known, unknown = (hashed.split(b"$") for hashed in tried)
    assert known[:4] == unknown[:4]
    assert [len(part) for part in known] == [len(part) for part in unknown]


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "plain",
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$abc$def",
        "$2b$12$abcdefghijklmnop",
        "ünïcode",
        "\ud800",
    ],
)
async def test_a_damaged_hash_matches_nothing(hasher: Argon2Hasher, damaged: str) -> None:
    assert not await hasher.verify("correct horse", damaged)


@pytest.fixture
def one_busy_thread() -> Iterator[tuple[Argon2Hasher, Event]]:
    """A hasher whose only thread works until it is let go; two may wait behind one that is at work."""
    hasher, let_go = Argon2Hasher(**CHEAP, threads=1, waiting_most=2), Event()
    hasher._threads.submit(let_go.wait)
    yield hasher, let_go
    let_go.set()
    hasher.close()


async def test_whoever_would_wait_too_long_is_turned_away(
    one_busy_thread: tuple[Argon2Hasher, Event],
) -> None:
    hasher, let_go = one_busy_thread
    asked = [asyncio.ensure_future(hasher.hash("x")) for _ in range(10)]
    await asyncio.sleep(0)
    refused = [one.exception() for one in asked if one.done()]
    let_go.set()

    assert [str(refusal) for refusal in refused] == [str(refused[0])] * 7
    assert isinstance(refused[0], Unavailable)
    assert "try again" in refused[0].detail
    for one in asked[:3]:
        assert await hasher.verify("x", await one)


async def test_those_who_leave_make_room(one_busy_thread: tuple[Argon2Hasher, Event]) -> None:
    hasher, let_go = one_busy_thread
    for _ in range(5):
        waiting = [asyncio.ensure_future(hasher.hash("x")) for _ in range(3)]
        await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        assert all(
            isinstance(left, asyncio.CancelledError)
            for left in await asyncio.gather(*waiting, return_exceptions=True)
        )
    let_go.set()

    assert await hasher.verify("x", await hasher.hash("x"))
