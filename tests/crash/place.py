"""A house in a folder, opened for a while at an instant, with the scene that was set there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from killrvideo.bootstrap import build
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.settings.sources import load_settings
from tests.api.town import API, KnownVideos, Town
from tests.crash.scene import GONE, Scene, set_up
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings

BEFORE = START + timedelta(minutes=30)
"""When the scene is arranged for a write."""
LATER = START + timedelta(hours=1)
"""When the write comes that is looked at."""
AFTER_THE_LEASE = LATER + timedelta(seconds=31)
"""When work that a dead process had begun is anybody's."""
ONCE = {"Idempotency-Key": "only-once"}


@dataclass(frozen=True)
class Place:
    folder: Path
    town: Town
    scene: Scene

    async def ask(
        self,
        words: str,
        by: str | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        keyed: bool = False,
    ) -> httpx2.Response:
        """Sends one request, ``words`` being method and path; names of things stand in braces."""
        method, path = self._filled(words).split(" ")
        # Else a number would be made up for each request.
        headers = {"X-Correlation-ID": "the-request", **(ONCE if keyed else {})}
        if by is not None:
            headers |= self.scene.people[by].headers
        return await self.town.client.request(
            method, API + path, headers=headers, json=self._filled(body), data=self._filled(form)
        )

    async def bring_captions(self) -> httpx2.Response:
        """What is said in the video."""
        path = self._filled("/videos/{video}/captions/en")
        headers = {**self.scene.people["creator"].headers, "X-Correlation-ID": "the-request"}
        text = "WEBVTT\n\n00:01.000 --> 00:02.000\nIt rains.\n"
        headers["Content-Type"] = "text/vtt"
        return await self.town.client.put(API + path, headers=headers, content=text)

    def _filled(self, template: Any) -> Any:
        """With ids in place of names."""
        if isinstance(template, dict):
            return {key: self._filled(value) for key, value in template.items()}
        return template.format_map(self.scene.things) if isinstance(template, str) else template


@asynccontextmanager
async def opened(
    folder: Path, at: datetime, *, failpoint: str | None = None, failpoints: Failpoints | None = None
) -> AsyncIterator[Town]:
    """A house that does nothing by itself. It dies at the ``failpoint``, or tells ``failpoints`` of all."""
    clock = ManualClock(at)
    settings = load_settings(
        {
            "data_dir": folder,
            "durability": "off",
            "argon2_memory_kib": 8,
            "argon2_time": 1,
            "rate_limits": False,
            "speech_model": "off",
            "translation_languages": "de",
            "failpoint": failpoint,
        },
        env_file=None,
    )
    source = KnownVideos()
    source.absent.add(GONE)
    model = WordHashEmbeddings()
    house = build(
        settings,
        clock=clock,
        ids=CountingIds(clock.now),
        source=source,
        failpoints=failpoints,
        embeddings=StandInModels(model),
    )
    transport = httpx2.ASGITransport(house.web_app(), raise_app_exceptions=False)
    async with AsyncExitStack() as stack:
        # Not all of the house: whatever it does by itself, it must do in the same order every time.
        await house.storage.open()
        stack.push_async_callback(house.storage.close)
        stack.callback(house.foundations.hasher.close)
        client = httpx2.AsyncClient(transport=transport, base_url="http://town")
        yield Town(house, await stack.enter_async_context(client), clock, source, model)


@asynccontextmanager
async def visited(folder: Path, at: datetime, **options: Any) -> AsyncIterator[Place]:
    """The place in the folder; ``options`` are those of `opened`."""
    async with opened(folder, at, **options) as town:
        yield Place(folder, town, Scene.load(folder))


async def found(folder: Path, at: datetime = START) -> None:
    """Sets the scene in a new folder."""
    async with opened(folder, at) as town:
        scene = await set_up(town)
    scene.save(folder)
