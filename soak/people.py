"""People who do everything that one can do on the site, one thing after the other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from random import Random

from soak.audience import Audience
from soak.authors import Author
from soak.town import Hands, Town

Verb = Callable[[], Awaitable[None]]


class Person:
    """Somebody who has arrived, and lives on the site."""

    def __init__(self, town: Town, rng: Random) -> None:
        self._rng = rng
        self._hands = Hands(town, rng)
        self._author = Author(self._hands)
        self._audience = Audience(self._hands)
        self._wishes: Mapping[Verb, int] = {
            self._audience.look_around: 45,
            self._audience.view: 16,
            self._audience.rate: 10,
            self._audience.withdraw: 1,
            self._audience.comment: 10,
            self._audience.edit_comment: 4,
            self._audience.delete_comment: 2,
            self._author.submit: 4,
            self._author.edit: 3,
            self._author.delete: 2,
            self._author.restore: 1,
            self._author.bring_somebody: 1,
        }

    async def arrive(self) -> None:
        await self._author.arrive()

    async def submit_for_all(self) -> None:
        await self._author.submit_for_all()

    async def live(self, over: asyncio.Event, every: float) -> None:
        """Does a thing every so many seconds on average, each after the last."""
        while not over.is_set():
            began = time.monotonic()
            [verb] = self._rng.choices(list(self._wishes), list(self._wishes.values()))
            await verb()
            pause = self._rng.expovariate(1 / every) - (time.monotonic() - began)
            if pause > 0:
                await asyncio.sleep(pause)


async def arrive(town: Town, number: int, stage: int, seed: int) -> list[Person]:
    """So many people, of whom the first ones have submitted a video each for all."""
    people = [Person(town, Random(f"{seed} {place}")) for place in range(number)]
    for person in people:
        await person.arrive()
    for place in range(stage):
        await people[place % number].submit_for_all()
    return people
