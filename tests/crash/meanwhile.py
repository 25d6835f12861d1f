"""Another process of the same store, which does something between two steps of this one."""

import asyncio
from collections import Counter
from datetime import datetime
from pathlib import Path
from threading import Thread

import httpx2

from killrvideo.service_interfaces.failpoints import Stage, unit_point
from tests.crash.place import LATER, visited
from tests.crash.write_paths import Act


class Meanwhile:
    """Keeps Failpoints: when a point is passed, another process does something from beginning to end."""

    def __init__(self, failpoint: str, folder: Path, act: Act, at: datetime = LATER) -> None:
        self.answer: httpx2.Response | None = None
        self._failpoint = failpoint
        self._folder = folder
        self._act = act
        self._at = at
        self._passed: Counter[str] = Counter()

    def reach(self, name: str) -> None:
        self._passed[name] += 1
        if self._failpoint == f"{name}@{self._passed[name]}":
            other = Thread(target=asyncio.run, args=(self._happen(),))
            other.start()
            other.join()

    async def _happen(self) -> None:
        async with visited(self._folder, self._at) as place:
            self.answer = await self._act(place)


def first(unit: str) -> str:
    """When a unit is about to be written for the first time: what it goes by has been read."""
    return f"{unit_point(unit, Stage.COLLECTED)}@1"
