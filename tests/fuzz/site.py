"""The application that generated requests are sent to: a town that opens and closes with its lifespan.

Requests say `Authorization: Bearer caller`; the site puts the caller's present token there. Whoever erased,
signed out, suspended or demoted the caller finds a new one with the same role at the next request, so that
the requests after it still reach what they aim at.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from schemathesis.python import asgi
from starlette.types import ASGIApp, Receive, Scope, Send

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.domain.access import Role, effective_scopes
from tests.api.town import NOBODY, ORIGIN, Person, Town, town_in
from tests.backends import SharedStorage, opened_session
from tests.fuzz.aiming import Known
from tests.fuzz.inhabitants import arrival, populate
from tests.holding_still import CountingIds, ManualClock

TOKEN = b"Bearer caller"
HEADERS = {"Authorization": TOKEN.decode()}


class Site:
    def __init__(self) -> None:
        self.role: Role | None = None
        self.cases = 0
        """Requests tried since it was last set to 0, without those that the tool repeats on its own."""
        self.known: Known = {}
        self.keyspace: Address | None = None
        """Where towns keep what they know, each empty; None is a folder."""
        self._town: Town
        self._app: ASGIApp
        self._caller: Person = NOBODY

    @property
    def headers(self) -> dict[str, str]:
        return HEADERS if self.role else {}

    def open(self, role: Role | None) -> None:
        """Puts a new town here, with a caller of this role; nobody is signed in if it is None."""
        self.role = role
        with asgi.get_client(
            cast(asgi.ASGIApp, self)
        ):  # It starts the lifespan, which goes on until it is shut down.
            pass

    def close(self) -> None:
        asgi.shutdown_lifespans()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self._new_town() as town:
            self._town = town
            self._app = town.house.web_app()
            self._caller = await self._arrival()
            self.known = await populate(town, self._caller, self.role)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _new_town(self) -> AsyncIterator[Town]:
        clock = ManualClock()
        ids = CountingIds(clock.now)
        with TemporaryDirectory() as folder:
            if self.keyspace is None:
                async with town_in(Path(folder), clock, ids) as town:
                    yield town
                return
            # A session belongs to one event loop, and this one is the tool's.
            async with opened_session(self.keyspace) as session:
                async with town_in(Path(folder), clock, ids, SharedStorage(session, clock, ids)) as town:
                    yield town
                await session.empty()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await self._is_gone():
            self._caller = await self._arrival()
        present = f"Bearer {self._caller.token}".encode()
        headers = [(name, present if value == TOKEN else value) for name, value in scope["headers"]]
        await self._app({**scope, "headers": headers}, receive, send)
        await self._town.settle()

    async def _is_gone(self) -> bool:
        if self.role is None:
            return False
        caller = await self._town.house.application.sessions.identify(self._caller.token, ORIGIN)
        return not caller.scopes >= effective_scopes([self.role])

    async def _arrival(self) -> Person:
        return await arrival(self._town, self.role) if self.role else NOBODY


SITE = Site()
"""Test functions are made when they are collected, and must know by then where requests go."""
