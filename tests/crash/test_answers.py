"""Nobody is told that something was written before it is durable."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from killrvideo.service_interfaces.failpoints import Stage
from tests.crash.place import BEFORE, LATER, visited
from tests.crash.requests import REQUESTS
from tests.crash.write_paths import WritePath

TURNS = 100
"""Of the event loop: more than any answer needs once it can be given."""


class Lingering:
    """Keeps Failpoints: before each commit counts as done, gives the rest of the house time to answer."""

    def __init__(self) -> None:
        self.asking: asyncio.Future[Any] | None = None
        self.answered: list[bool] = []
        self._loop = asyncio.get_running_loop()

    def reach(self, name: str) -> None:
        """Called by the writer's thread at this stage, while the event loop goes on."""
        if name.endswith(Stage.COMMITTED) and self.asking is not None:
            self.answered.append(asyncio.run_coroutine_threadsafe(self._look(), self._loop).result())

    async def _look(self) -> bool:
        assert self.asking is not None
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return self.asking.done()


@pytest.mark.parametrize("path", REQUESTS, ids=[path.name for path in REQUESTS])
async def test_no_request_is_answered_before_its_write_is_durable(
    path: WritePath, scene: Path, tmp_path: Path
) -> None:
    lingering = Lingering()
    folder = shutil.copytree(scene, tmp_path / "place")
    async with visited(folder, BEFORE) as place:
        await path.arrange(place)
    async with visited(folder, LATER, failpoints=lingering) as place:
        lingering.asking = asyncio.ensure_future(path.act(place))
        await lingering.asking

    assert lingering.answered == [False]
