"""Views, watch time and trending over HTTP."""

from datetime import timedelta
from uuid import uuid4

import anyio
import pytest

from killrvideo.domain.ids import AccountId
from tests.api.town import NOBODY, Person, Town


async def view(town: Town, video: str, by: Person = NOBODY) -> None:
    answer = await town.ask("POST", f"/videos/{video}/view", by)
    assert (answer.status_code, answer.content) == (204, b"")


async def views_of(town: Town, video: str, by: Person = NOBODY) -> int:
    detail = (await town.ask("GET", f"/videos/{video}", by)).json()
    assert detail["views"] == detail["viewCount"]
    return int(detail["views"])


async def test_the_next_reader_reads_the_new_count(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    counts = []
    for by in (NOBODY, viewer, Person(token="not.a.token"), viewer):
        await view(town, video, by)
        counts.append(await views_of(town, video))
    assert counts == [1, 2, 3, 4]
    latest = (await town.ask("GET", "/videos/latest")).json()["data"]
    assert [(one["views"], one["viewCount"]) for one in latest] == [(4, 4)]


async def test_both_spellings_count_the_same_views(town: Town) -> None:
    video = await town.video(await town.person())
    await view(town, video)
    assert (await town.ask("POST", f"/videos/id/{video}/view")).status_code == 204
    assert await views_of(town, video) == 2


async def test_what_is_not_ready_cannot_be_watched(town: Town) -> None:
    owner = await town.person()
    pending = (await town.submit(owner))["videoId"]
    for video in (pending, uuid4()):
        for by in (NOBODY, owner):
            answer = await town.ask("POST", f"/videos/{video}/view", by)
            assert (answer.status_code, answer.json()["code"]) == (404, "video_not_found")
        told = {"watch_duration_seconds": 3}
        assert (await town.ask("POST", f"/videos/{video}/watch-time", owner, json=told)).status_code == 404
    assert await views_of(town, pending, owner) == 0


async def test_a_view_with_a_key_counts_once(town: Town) -> None:
    video = await town.video(await town.person())
    for key in ("one", "one", "two"):
        headers = {"Idempotency-Key": key}
        assert (await town.ask("POST", f"/videos/{video}/view", headers=headers)).status_code == 204
    assert await views_of(town, video) == 2


async def test_two_hundred_views_at_once_are_two_hundred(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    await view(town, video)
    async with anyio.create_task_group() as together:
        for number in range(200):
            together.start_soon(view, town, video, viewer if number % 2 else NOBODY)
    assert await views_of(town, video) == 201


@pytest.mark.parametrize("prefix", ["/videos", "/videos/id"])
async def test_watch_time_is_reported_by_those_who_are_signed_in(town: Town, prefix: str) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    path, told = f"{prefix}/{video}/watch-time", {"watch_duration_seconds": 42}
    assert (await town.ask("POST", path, json=told)).status_code == 401
    for _ in range(2):
        assert (await town.ask("POST", path, viewer, json=told)).status_code == 204
    assert viewer.id is not None
    kept = await town.house.storage.playback.watch_time_of(AccountId(viewer.id))
    assert [report.seconds for report in kept] == [42, 42]


@pytest.mark.parametrize("seconds", [0, -1, 1.5, "60", True, None, 86_401])
async def test_watch_time_is_a_whole_number_of_seconds_of_at_most_a_day(town: Town, seconds: object) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    answer = await town.ask(
        "POST", f"/videos/{video}/watch-time", viewer, json={"watch_duration_seconds": seconds}
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/watch_duration_seconds"]


async def test_trending_is_a_bare_array_ranked_by_views_of_the_interval(town: Town) -> None:
    creator = await town.person()
    old, new = await town.video(creator, title="Old one"), await town.video(creator, title="New one")
    for _ in range(3):
        await view(town, old)
    town.clock.advance(timedelta(days=2))
    await view(town, new)

    async def ranks(query: str) -> list[tuple[str, int, int]]:
        found = (await town.ask("GET", f"/videos/trending{query}")).json()
        return [(one["title"], one["viewsInInterval"], one["views"]) for one in found]

    assert await ranks("") == [("New one", 1, 1), ("Old one", 0, 3)]
    assert await ranks("?intervalDays=7") == [("Old one", 3, 3), ("New one", 1, 1)]
    assert await ranks("?intervalDays=7&limit=1") == [("Old one", 3, 3)]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("intervalDays", 0), ("intervalDays", 31), ("limit", 0), ("limit", 51), ("limit", "x")],
)
async def test_trending_says_which_parameter_is_wrong(town: Town, name: str, wrong: object) -> None:
    answer = await town.ask("GET", f"/videos/trending?{name}={wrong}")
    assert answer.status_code == 422
    assert name in answer.json()["detail"]
