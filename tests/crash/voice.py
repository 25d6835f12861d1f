"""Writing to a server that comes and goes, and noting what one was told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from tests.api.town import API
from tests.crash.journal import Fact, Journal, Value

Become = Callable[[Value], Value]
"""What a write makes of a fact."""


def to(value: Value) -> Become:
    return lambda _: value


def one_more(value: Value) -> Value:
    assert isinstance(value, int)
    return value + 1


class Site:
    """Where the server is to be found, while there is one."""

    def __init__(self) -> None:
        self._address = ""
        self._moved = asyncio.Condition()

    async def move_to(self, address: str) -> None:
        async with self._moved:
            self._address = address
            self._moved.notify_all()

    async def other_than(self, former: str) -> str:
        """The address of a server that was started after that one."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._address not in {"", former})
            return self._address


@dataclass
class City:
    """What all clients share."""

    site: Site = field(default_factory=Site)
    journal: Journal = field(default_factory=Journal)
    videos: list[UUID] = field(default_factory=list)
    """To comment on, to rate and to watch."""
    closing: bool = False


class Voice:
    """Sends writes, one after the other, each until it is answered or given up in doubt."""

    def __init__(self, city: City, name: str, rng: Random) -> None:
        self.name = name
        self._city = city
        self._rng = rng
        self._http = httpx2.AsyncClient(timeout=60)
        self._written = 0
        self._address = ""
        self.token: str | None = None

    async def close(self) -> None:
        await self._http.aclose()

    def fresh(self) -> str:
        """A name that nobody has used."""
        self._written += 1
        return f"{self.name}-{self._written}"

    async def read(self, path: str) -> httpx2.Response:
        """Asks until there is an answer."""
        while True:
            try:
                return await self._send("GET", path, None, None)
            except httpx2.TransportError:
                await self._find_another()

    async def write(
        self, words: str, body: Any, fact: Fact, become: Become, *, insisting: bool = False
    ) -> httpx2.Response | None:
        """The answer; None in doubt. ``insisting`` repeats it, with the same key, until it is answered."""
        method, path = words.split(" ")
        journal, key = self._city.journal, self.fresh()
        before = journal.of(fact)
        after = frozenset(map(become, before))
        while True:
            try:
                answer = await self._send(method, path, body, key if method == "POST" else None)
            except httpx2.ConnectError:  # The server was gone before it heard of this.
                await self._find_another()
                continue
            except httpx2.TransportError:
                journal.in_doubt += 1
                journal.possible[fact] = before | after
                await self._find_another()
                if insisting or self._rng.random() < 0.5:
                    continue
                return None
            self._note(answer, words, fact, after)
            return answer

    def _note(self, answer: httpx2.Response, words: str, fact: Fact, after: frozenset[Value]) -> None:
        journal = self._city.journal
        if answer.is_success:
            journal.acknowledged += 1
            journal.possible[fact] = after
        elif answer.status_code in {404, 409}:
            journal.refused += 1
        else:
            journal.unexpected.append(f"{words}: {answer.status_code} {answer.text}")

    async def _send(self, method: str, path: str, body: Any, key: str | None) -> httpx2.Response:
        if not self._address:
            await self._find_another()
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        return await self._http.request(method, self._address + API + path, json=body, headers=headers)

    async def _find_another(self) -> None:
        self._address = await self._city.site.other_than(self._address)
