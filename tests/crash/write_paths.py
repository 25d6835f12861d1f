"""A way in which the house writes: how to go it, and what comes of a repeat."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.crash.place import Place
from tests.crash.store_contents import Contents

Act = Callable[[Place], Awaitable[httpx2.Response | None]]
Arrange = Callable[[Place], Awaitable[None]]


async def nothing(_: Place) -> None:
    pass


async def settle(place: Place) -> None:
    await place.town.settle()


@dataclass(frozen=True, kw_only=True)
class WritePath:
    name: str
    units: frozenset[str]
    """The names of all writes that it makes."""
    act: Act
    arrange: Arrange = nothing
    """What it needs besides the scene."""
    again: int | None = None
    """How the same request is answered when it was written before, without an answer."""
    keyed: bool = False
    """Whether it brings an idempotency key, so that a repeat writes nothing more."""
    renewed: frozenset[str] = frozenset()
    """Tables that a repeat may change although it has a key."""
    purges: bool = False
    """Whether it takes away what totals and events of older things rest on."""
    goes_on: Act | None = None
    """How, after a restart, what was begun comes to its end; None where somebody has to ask again."""

    def lasting(self, stored: Contents) -> Contents:
        """What a repeat must leave as it is. That nothing was made twice shows in the events."""
        return {table: rows for table, rows in stored.items() if table not in self.renewed}


def request(
    unit: str,
    words: str,
    by: str | None = None,
    body: dict[str, Any] | None = None,
    *,
    again: int,
    name: str | None = None,
    form: dict[str, str] | None = None,
    keyed: bool = False,
    renewed: tuple[str, ...] = (),
) -> WritePath:
    """``words`` are method and path; names of things of the scene stand in braces, in the body too."""

    async def act(place: Place) -> httpx2.Response:
        return await place.ask(words, by, body, form=form, keyed=keyed)

    return WritePath(
        name=name or unit,
        units=frozenset({unit}),
        act=act,
        again=again,
        keyed=keyed,
        renewed=frozenset(renewed),
    )


def work(name: str, units: set[str], act: Act = settle, arrange: Arrange = nothing) -> WritePath:
    """What nobody waits for: workers do the rest once the dead process's lease has run out."""
    return WritePath(name=name, units=frozenset(units), act=act, arrange=arrange, goes_on=settle)


def command(unit: str, act: Act) -> WritePath:
    """What an operator asks for, who looks at what came of it before asking again."""
    return WritePath(name=unit, units=frozenset({unit}), act=act)
