"""Two houses on one store, and beside them the model of what both should know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx2

from killrvideo.domain.access import Role
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import prefix_of
from tests.api.town import NOBODY, ORIGIN, Person, Town, town_in
from tests.holding_still import CountingIds, ManualClock
from tests.journeys.deletion.model import Inhabitant, Model

PASSWORD = "long enough"
PEOPLE = 3
FILE = "run/360p.m3u8"
PLAYLIST = "#EXTM3U\n"
UNKNOWN_TO_YOUTUBE = "GONE_video1"
MINUTE = timedelta(minutes=1)


class Step(Protocol):
    """What somebody does: it asks the house, knows the status that it must answer, and tells the model."""

    async def take(self, world: "World") -> None: ...


class World:
    def __init__(self, clock: ManualClock, *towns: Town) -> None:
        self.clock = clock
        self.towns = towns
        self.apps = [town.house.web_app() for town in towns]
        self.model: Model
        self.settled = True
        """False when the next step is to find what was submitted last unprocessed."""
        self._registered = count(1)
        self._next_town = cycle(towns)

    async def open(self) -> None:
        self.model = Model(self.clock.now(), await self._moderator())
        self.model.people += [await self.arrival() for _ in range(PEOPLE)]

    @property
    def readers(self) -> list[Inhabitant]:
        """Everybody with an account."""
        return [*self.model.people, self.model.moderator]

    async def ask(
        self, method: str, path: str, by: Inhabitant | None = None, *, json: Any = None
    ) -> httpx2.Response:
        """Each request goes to the house that did not have the last one."""
        return await next(self._next_town).ask(method, path, signed_in(by), json=json)

    async def expect(
        self, status: int, method: str, path: str, by: Inhabitant | None, *, json: Any = None
    ) -> Any:
        """The answered body, which must have come with this status."""
        answer = await self.ask(method, path, by, json=json)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def put_file(self, status: int, path: str, by: Inhabitant, text: str) -> None:
        """Captions, of which the answer must have this status."""
        answer = await next(self._next_town).put_file(path, signed_in(by), text)
        assert answer.status_code == status, f"PUT {path}: {answer.status_code} {answer.text}"

    async def keep_file_of(self, video_id: str) -> None:
        """One of those that a stream is made of."""
        blobs = self.towns[0].house.foundations.blobs
        await blobs.put(f"{prefix_of(VideoId(UUID(video_id)))}/{FILE}", PLAYLIST.encode())

    async def arrival(self) -> Inhabitant:
        """Somebody new, who may submit videos."""
        email = f"person{next(self._registered)}@example.com"
        new = {"firstName": "Ann", "lastName": "Lee", "email": email, "password": PASSWORD}
        answer = await self.expect(201, "POST", "/users/register", None, json=new)
        return Inhabitant(answer["userId"], email, answer["token"])

    async def _moderator(self) -> Inhabitant:
        somebody = await self.arrival()
        operator = self.towns[0].house.application.operator
        await operator.grant(somebody.email, Role.MODERATOR, ORIGIN)
        somebody.moderates = True
        return somebody

    async def sign_in(self, person: Inhabitant) -> None:
        body = {"email": person.email, "password": PASSWORD}
        if person.suspended:
            await self.expect(403, "POST", "/users/login", None, json=body)
        else:
            person.token = (await self.expect(200, "POST", "/users/login", None, json=body))["token"]

    async def pass_time(self, step: timedelta) -> None:
        """Access tokens run out after hours, so that everybody signs in anew after days."""
        self.clock.advance(step)
        self.model.now = self.clock.now()
        if step >= timedelta(days=1):
            for person in self.readers:
                await self.sign_in(person)

    async def live(self, step: Step) -> None:
        """A minute passes, somebody does something, and the house does what follows from it."""
        await self.pass_time(MINUTE)
        await step.take(self)
        if self.settled:
            await self.settle()
        self.settled = True

    async def settle(self) -> None:
        """Hands out every event and does every job, in both houses."""
        for town in self.towns:
            await town.house.application.processing.rescue(ORIGIN)
            await town.settle()
        for video in self.model.videos:
            if video.status == "PENDING" and not video.hidden:
                video.status = "ERROR" if video.youtube_id == UNKNOWN_TO_YOUTUBE else "READY"


def signed_in(person: Inhabitant | None) -> Person:
    return NOBODY if person is None else Person(None, person.email, person.token)


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[World]:
    clock = ManualClock()
    ids = CountingIds(clock.now)
    async with town_in(folder, clock, ids) as first, town_in(folder, clock, ids) as second:
        for town in (first, second):
            town.source.absent.add(UNKNOWN_TO_YOUTUBE)
        world = World(clock, first, second)
        await world.open()
        yield world
