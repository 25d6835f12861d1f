"""Whatever a house does without, searches and feeds answer from the next step; and from the first one again
as soon as everything is back, without a restart.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.bootstrap import BackEnd
from tests.api.test_answers import PORT, QUESTION
from tests.api.town import ORIGIN, Person, Town, town_in
from tests.backends import CASSANDRA, SQLITE, EmptiedSession, SharedStorage
from tests.features.test_learning import Watcher
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.parts_of_a_store import Switched, store_with

SEARCH_STEP, FEED_STEP = "X-Search-Mode-Served", "X-Recommendations-Served-By"
GROUPS = {PORT: ("Cassandra drivers", "Cassandra clients"), "How to bake.": ("Bread", "Cake", "Pie")}
"""Titles of what the same people like, by description."""
VECTORS, LEARNED, BUS, MODEL = "vectors", "learned", "outbox", "model"
PARTS = (VECTORS, LEARNED, BUS)
"""Of the store: the index of vectors, what was learned, and where the bus reads events."""


@dataclass(frozen=True)
class Steps:
    """Which ones served."""

    search: str = "hybrid"
    passages: str = "hybrid"
    related: str = "content"
    feed: str = "personal"


FIRST = Steps()
TURNS: Mapping[Sequence[str], Steps] = {
    (MODEL,): Steps(search="keyword", passages="keyword"),
    (VECTORS,): Steps(search="keyword"),
    (LEARNED,): Steps(feed="content"),
    (BUS,): FIRST,
    (MODEL, VECTORS, LEARNED, BUS): Steps("keyword", "keyword", feed="content"),
}


@dataclass(frozen=True)
class Scene:
    town: Town
    parts: Mapping[str, Switched]
    ann: Person
    videos: Mapping[str, str]
    """Their ids, by title."""

    def turn_off(self, *names: str) -> None:
        self.town.model.away = MODEL in names
        for name, part in self.parts.items():
            part.is_off = name in names

    async def steps(self) -> Steps:
        """By which Ann is answered; every answer has something to show."""
        await self._forget()
        search = await self._get("/search/videos?query=cassandra+drivers")
        passages = await self._get("/search/passages?query=drivers+port")
        related = await self._get(f"/videos/{self.videos['Cassandra drivers']}/related")
        feed = await self._get("/recommendations/foryou")
        answers = await self._get(f"/search/answers?question={QUESTION}")
        assert all([search.json()["data"], passages.json(), related.json()])
        assert answers.json()["sentences"][0]["text"] == PORT
        assert feed.json()["data"][0]["title"] == "Cassandra clients"
        assert feed.json()["data"][0]["reason"] == "Because you liked Cassandra drivers"
        assert self.videos["Cassandra drivers"] not in {one["videoId"] for one in feed.json()["data"]}
        by_mode = [one.headers[SEARCH_STEP] for one in (search, passages)]
        return Steps(*by_mode, *(one.headers[FEED_STEP] for one in (related, feed)))

    async def _get(self, path: str) -> httpx2.Response:
        answer = await self.town.ask("GET", path, self.ann)
        assert answer.status_code == 200, answer.text
        return answer

    async def _forget(self) -> None:
        """Answers that the house keeps until the next commit, and what it remembers to be alike."""
        await self.town.ask("POST", f"/videos/{self.videos['Pie']}/view")
        self.town.house.application.recommendations.forget_all()


@pytest.fixture(params=[SQLITE, CASSANDRA])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def scene(
    tmp_path: Path, clock: ManualClock, ids: CountingIds, cassandra: EmptiedSession | None
) -> AsyncIterator[Scene]:
    storage: BackEnd
    if cassandra is None:
        storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    else:
        storage = SharedStorage(cassandra, clock, ids)
    parts: dict[str, Any] = {name: Switched(getattr(storage, name)) for name in PARTS}
    async with town_in(tmp_path, clock, ids, cast(BackEnd, store_with(storage, **parts))) as town:
        yield await scene_in(town, parts)
    if cassandra is not None:
        await cassandra.empty()


async def scene_in(town: Town, parts: Mapping[str, Switched]) -> Scene:
    """Videos that have their vectors, and a model that was learned from people who like them."""
    owner, ann = await town.person(), await town.person()
    videos = {
        title: await town.video(owner, title=title, tags=[group[0]], description=description)
        for description, group in GROUPS.items()
        for title in group
    }
    for group in [*GROUPS.values()] * 3:
        person = await town.person()
        for title in group:
            await like(town, person, videos[title])
    await like(town, ann, videos["Cassandra drivers"])
    await town.settle()
    await town.know_by_meaning()
    await town.house.application.learning.learn(ORIGIN, Watcher())
    return Scene(town, parts, ann, videos)


async def like(town: Town, person: Person, video_id: str) -> None:
    answer = await town.ask("POST", f"/videos/{video_id}/ratings", person, json={"rating": 5})
    assert answer.status_code in {200, 201, 204}, answer.text


async def test_each_in_turn_and_all_at_once(scene: Scene) -> None:
    assert await scene.steps() == FIRST
    for off, steps in TURNS.items():
        scene.turn_off(*off)
        assert await scene.steps() == steps, off
        scene.turn_off()
        assert await scene.steps() == FIRST, off


async def test_without_the_bus_a_rating_moves_the_feed_all_the_same(scene: Scene) -> None:
    scene.turn_off(BUS)
    await like(scene.town, scene.ann, scene.videos["Bread"])
    feed = (await scene.town.ask("GET", "/recommendations/foryou", scene.ann)).json()["data"]
    assert {one["reason"] for one in feed if one["title"] in {"Cake", "Pie"}} == {"Because you liked Bread"}
    scene.turn_off()
    bus = scene.town.house.bus
    assert any(backlog.waiting for backlog in (await bus.backlogs()).values())
    await scene.town.settle()
    assert not any(backlog.waiting for backlog in (await bus.backlogs()).values())
