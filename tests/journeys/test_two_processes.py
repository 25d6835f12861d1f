"""Two servers and a worker, three processes on one folder: what one of them does all of them know at once."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

import httpx2
import pytest

from tests.api.town import API
from tests.cli.command import Folder
from tests.stand_ins.youtube import youtube_stand_in

PASSWORD = "correct horse"
NUMBERS = count(1)
CROWD = 24
VIEWS = 100


@dataclass(frozen=True)
class Someone:
    id: str
    email: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Cluster:
    """Shared by all tests here: each brings its own people, and reads what no other has a word for."""

    folder: Folder
    servers: tuple[httpx2.AsyncClient, httpx2.AsyncClient]

    async def register(self) -> Someone:
        email = f"person{next(NUMBERS)}@example.com"
        new = {"firstName": "Ann", "lastName": "Lee", "email": email, "password": PASSWORD}
        told = await ask(self.servers[0], "POST", "/users/register", json=new)
        return Someone(told["userId"], email, {"Authorization": f"Bearer {told['token']}"})

    async def video(self, owner: Someone, title: str, *tags: str) -> str:
        """The id of a video that one server has taken and the worker has made READY."""
        first, second = self.servers
        address = f"https://youtu.be/video_{next(NUMBERS):05d}"
        body = {"youtubeUrl": address, "title": title, "tags": tags}
        video = (await ask(first, "POST", "/videos", owner, json=body))["videoId"]
        status = "PENDING"
        while status != "READY":
            status = (await ask(second, "GET", f"/videos/{video}/status", owner))["status"]
            assert status != "ERROR"
        return str(video)


async def ask(
    server: httpx2.AsyncClient, method: str, path: str, by: Someone | None = None, **options: Any
) -> Any:
    answer = await server.request(method, API + path, headers=by.headers if by else None, **options)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Folder, list[str]]]:
    """The folder, and the addresses of the two servers."""
    folder = Folder(tmp_path_factory.mktemp("cluster"))
    serve = ("serve", "--no-worker", "--port", "0")
    with ExitStack() as stack:
        youtube = stack.enter_context(youtube_stand_in())
        options = {"rate_limits": "off", "youtube_base_url": youtube.base_url}
        servers = [stack.enter_context(folder.running(*serve, until="address", **options)) for _ in range(2)]
        stack.enter_context(folder.running("worker", until="Working", **options))
        yield folder, [re.findall(r"http://\S+", printed)[0] for _, printed in servers]


@pytest.fixture
async def cluster(running: tuple[Folder, list[str]]) -> AsyncIterator[Cluster]:
    folder, (first, second) = running
    async with (
        httpx2.AsyncClient(base_url=first, timeout=60) as one,
        httpx2.AsyncClient(base_url=second, timeout=60) as other,
    ):
        yield Cluster(folder, (one, other))


async def test_counts_are_exact_whoever_is_asked(cluster: Cluster) -> None:
    video = await cluster.video(await cluster.register(), "Counting")
    crowd = [await cluster.register() for _ in range(CROWD)]
    stars = [1 + number % 5 for number in range(CROWD)]
    turns = cycle(cluster.servers)

    await asyncio.gather(
        *(
            ask(next(turns), "POST", f"/videos/{video}/ratings", person, json={"rating": given})
            for person, given in zip(crowd, stars, strict=True)
        ),
        *(ask(next(turns), "POST", f"/videos/{video}/view") for _ in range(VIEWS)),
    )

    for server in cluster.servers:
        details = await ask(server, "GET", f"/videos/{video}")
        assert details["views"] == VIEWS
        assert details["totalRatingsCount"] == CROWD
        assert details["averageRating"] == round(sum(stars) / CROWD, 2)
        trending = await ask(server, "GET", "/videos/trending?limit=50")
        assert [one["viewsInInterval"] for one in trending if one["videoId"] == video] == [VIEWS]


async def test_what_one_server_kept_is_fresh_after_the_other_has_written(cluster: Cluster) -> None:
    first, second = cluster.servers
    cleo = await cluster.register()
    video = await cluster.video(cleo, "Rain", "puddles")
    paths = {
        f"/videos/{video}/comments": lambda page: [one["comment"] for one in page["data"]],
        "/videos/by-tag/puddles": lambda page: [one["title"] for one in page["data"]],
        "/search/videos?query=puddles&mode=keyword": lambda page: page["pagination"]["totalItems"],
    }

    async def read(server: httpx2.AsyncClient) -> list[Any]:
        return [seen(await ask(server, "GET", path)) for path, seen in paths.items()]

    said: list[str] = []
    for writer, reader in [(first, second), (second, first)] * 5:
        assert await read(writer) == await read(reader) == [said, ["Rain"], 1]
        said.insert(0, f"Number {len(said)}")
        await ask(writer, "POST", f"/videos/{video}/comments", cleo, json={"text": said[0]})
        assert await read(reader) == [said, ["Rain"], 1]

    await ask(first, "DELETE", f"/videos/{video}", cleo)
    assert (await second.get(f"{API}/videos/{video}/comments")).status_code == 404
    assert [seen(await ask(second, "GET", path)) for path, seen in list(paths.items())[1:]] == [[], 0]
    await ask(second, "POST", f"/videos/{video}/restore", cleo)
    assert await read(first) == [said, ["Rain"], 1]


async def test_nobody_reads_what_was_before_an_answered_write(cluster: Cluster) -> None:
    """Readers at both servers ask all the time, signed out, while comments come in at both."""
    video = await cluster.video(await cluster.register(), "Rush hour")
    author, path = await cluster.register(), f"/videos/{video}/comments"
    begun = answered = 0

    async def write() -> None:
        nonlocal begun, answered
        for server in cluster.servers * 20:
            begun += 1
            await ask(server, "POST", path, author, json={"text": "Beep."})
            answered += 1

    async def read(server: httpx2.AsyncClient) -> None:
        while answered < begun or answered == 0:
            before = answered
            there = (await ask(server, "GET", path))["pagination"]["totalItems"]
            assert before <= there <= begun

    await asyncio.gather(write(), *(read(server) for server in cluster.servers * 3))


async def test_roles_and_suspensions_bite_at_both_at_once(cluster: Cluster) -> None:
    first, second = cluster.servers
    mo, spammer = await cluster.register(), await cluster.register()
    video = await cluster.video(spammer, "Cheap watches", "watches")
    for server in cluster.servers:
        assert (await server.get(f"{API}/moderation/flags", headers=mo.headers)).status_code == 403

    cluster.folder.done("grant", mo.email, "moderator")
    for server in cluster.servers:
        await ask(server, "GET", "/moderation/flags", mo)
        assert len((await ask(server, "GET", "/videos/by-tag/watches"))["data"]) == 1

    body = {"reason": "Spam", "hideContent": True}
    await ask(first, "POST", f"/moderation/users/{spammer.id}/suspend", mo, json=body)
    for server in cluster.servers:
        assert (await server.get(f"{API}/users/me", headers=spammer.headers)).status_code == 401
        assert (await server.get(f"{API}/videos/{video}")).status_code == 404
        assert (await ask(server, "GET", "/videos/by-tag/watches"))["data"] == []
    signing_in = {"email": spammer.email, "password": PASSWORD}
    assert (await second.post(f"{API}/users/login", json=signing_in)).status_code == 403

    await ask(second, "POST", f"/moderation/users/{spammer.id}/reinstate", mo)
    await ask(first, "POST", "/users/login", json=signing_in)
    for server in cluster.servers:
        assert (await ask(server, "GET", f"/videos/{video}"))["title"] == "Cheap watches"


async def test_what_is_like_a_video_follows_at_every_server(cluster: Cluster) -> None:
    cleo = await cluster.register()
    video = await cluster.video(cleo, "Storm", "weather")

    async def kin(server: httpx2.AsyncClient) -> list[str]:
        """What shares its tag: by meaning alone, videos of other tests may be like it too."""
        related = await ask(server, "GET", f"/videos/{video}/related?limit=20")
        return [one["videoId"] for one in related if one["reason"].startswith("Shares the tag")]

    for server in cluster.servers:
        assert await kin(server) == []

    other = await cluster.video(cleo, "Breeze", "weather")

    for server in cluster.servers:
        alike: list[str] = []
        while not alike:
            alike = await kin(server)
        assert alike == [other]
