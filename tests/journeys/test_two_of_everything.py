"""Two API processes and two workers on one Cassandra, each as on a machine of its own.

Whatever they do at the same time is done once, counted exactly and limited together.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.domain.processing import JOB_OF, STEPS
from killrvideo.domain.videos import LocationType
from tests.api.town import API
from tests.backends import cassandra_session, worker_name
from tests.crash.polling import is_finished, until
from tests.crash.processes import Process, running, serving
from tests.servers import cassandra_address, why_no_cassandra
from tests.stand_ins.youtube import StandIn, youtube_stand_in

WORKING = re.compile("^Working on")
CLAIMS = "SELECT kind, epoch FROM jobs WHERE subject = :subject"
PASSWORD = "correct horse"
NUMBERS = count(1)
CROWD = 16
SUBMISSIONS = 24
SUBMIT_QUOTA = 10
SHORT_LEASE = 5
"""Seconds: a busy machine still renews it in time."""
SLOW = 12
"""Seconds that a worker waits for YouTube in vain: more than two such leases."""


@dataclass(frozen=True)
class Someone:
    id: str
    token: str


@dataclass(frozen=True)
class Site:
    session: CassandraSession
    folder: Path
    youtube: StandIn
    settings: dict[str, str]
    servers: tuple[httpx2.AsyncClient, ...]

    async def send(
        self, server: int, method: str, path: str, by: Someone | None = None, **options: Any
    ) -> httpx2.Response:
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {by.token}"} if by else {})
        return await self.servers[server].request(method, API + path, headers=headers, **options)

    async def ask(
        self, server: int, method: str, path: str, by: Someone | None = None, **options: Any
    ) -> Any:
        answer = await self.send(server, method, path, by, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def register(self) -> Someone:
        told = await self.ask(0, "POST", "/users/register", json=new_person())
        return Someone(told["userId"], told["token"])

    async def submit(self, owner: Someone, youtube_id: str, server: int = 0) -> str:
        body = {"youtubeUrl": f"https://youtu.be/{youtube_id}", "title": "Twice as much"}
        return str((await self.ask(server, "POST", "/videos", owner, json=body))["videoId"])

    async def finished(self, owner: Someone, video: str) -> dict[str, Any]:
        """The video's status once it is in ERROR, or READY with all steps done."""
        told: list[dict[str, Any]] = []

        async def is_over() -> bool:
            told.append(await self.ask(1, "GET", f"/videos/{video}/status", owner))
            return is_finished(told[-1])

        await until(is_over)
        return told[-1]

    async def claims(self, video: str) -> dict[str, int]:
        """How often the one job of each step was taken."""
        rows = await self.session.rows(CLAIMS, {"subject": UUID(video)})
        assert len({row["kind"] for row in rows}) == len(rows)
        return {row["kind"]: row["epoch"] for row in rows}

    def asked(self) -> Counter[str]:
        """How often YouTube was asked about each video."""
        return Counter(question.youtube_id for question in self.youtube.asked)


def new_person() -> dict[str, str]:
    email = f"person{next(NUMBERS)}@example.com"
    return {"firstName": "Ann", "lastName": "Lee", "email": email, "password": PASSWORD}


def fresh_youtube_id() -> str:
    return f"twice{next(NUMBERS):06d}"


@pytest.fixture(scope="module")
def youtube() -> Iterator[StandIn]:
    with youtube_stand_in() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
async def session(request: pytest.FixtureRequest) -> AsyncIterator[CassandraSession]:
    if cassandra_address() is None:
        pytest.skip(why_no_cassandra())
    async with cassandra_session(f"two_{worker_name(request.config)}") as session:
        yield session


@pytest.fixture(scope="module")
def settings(session: CassandraSession, youtube: StandIn) -> dict[str, str]:
    [host], port = session.address.hosts, session.address.port
    return {
        "store": "cassandra",
        "cassandra_hosts": host,
        "cassandra_port": str(port),
        "cassandra_keyspace": session.address.keyspace,
        "cassandra_timeout_seconds": "20",
        "signing_keys": "first:shared by all of them",
        "rate_limits": "on",
        "quota_register": "1000/3600",
        "quota_submit": f"{SUBMIT_QUOTA}/3600",
        "quota_read": "1000000/60",
        "quota_write": "1000000/60",
        "job_lease_seconds": "120",
        "youtube_base_url": youtube.base_url,
        "youtube_timeout_seconds": "60",
    }


@pytest.fixture(scope="module")
async def site(
    session: CassandraSession,
    settings: dict[str, str],
    youtube: StandIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """Its API processes; each test brings the workers that it needs."""
    folder = tmp_path_factory.mktemp("two")
    async with AsyncExitStack() as stack:
        addresses = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            serve = serving(folder / name, "--no-worker", **settings)
            addresses.append((await stack.enter_async_context(serve))[1])
        servers = tuple(httpx2.AsyncClient(base_url=address, timeout=60) for address in addresses)
        for server in servers:
            stack.push_async_callback(server.aclose)
        yield Site(session, folder, youtube, settings, servers)


@asynccontextmanager
async def two_workers(site: Site, **settings: str) -> AsyncIterator[tuple[Process, Process]]:
    async with (
        running(site.folder / "first", "worker", **site.settings | settings) as one,
        running(site.folder / "second", "worker", **site.settings | settings) as other,
    ):
        assert await one.says(WORKING)
        assert await other.says(WORKING)
        yield one, other


@pytest.fixture
async def workers(site: Site) -> AsyncIterator[tuple[Process, Process]]:
    async with two_workers(site) as both:
        yield both


async def test_every_video_is_processed_once(site: Site, workers: tuple[Process, Process]) -> None:
    owners = [await site.register() for _ in range(SUBMISSIONS // 6)]
    turns = list(
        zip(cycle((0, 1)), cycle(owners), [fresh_youtube_id() for _ in range(SUBMISSIONS)], strict=False)
    )

    videos = await asyncio.gather(*(site.submit(owner, id_, server) for server, owner, id_ in turns))
    ends = await asyncio.gather(
        *(site.finished(owner, video) for video, (_, owner, _) in zip(videos, turns, strict=True))
    )

    assert Counter(end["status"] for end in ends) == {"READY": SUBMISSIONS}
    steps = (str(JOB_OF[step]) for step in STEPS[LocationType.YOUTUBE])
    assert [await site.claims(video) for video in videos] == [dict.fromkeys(steps, 1)] * len(videos)
    asked = site.asked()
    assert {asked[id_] for _, _, id_ in turns} == {1}


async def test_counts_are_exact_whoever_is_asked(site: Site, workers: tuple[Process, Process]) -> None:
    owner = await site.register()
    video = await site.submit(owner, fresh_youtube_id())
    await site.finished(owner, video)
    crowd = [await site.register() for _ in range(CROWD)]
    turns = cycle((0, 1))
    first = [1 + number % 5 for number in range(CROWD)]
    second = [5 - number % 4 for number in range(CROWD)]

    def rate(stars: list[int]) -> list[Any]:
        pairs = zip(crowd, stars, strict=True)
        path = f"/videos/{video}/ratings"
        return [site.ask(next(turns), "POST", path, one, json={"rating": given}) for one, given in pairs]

    views = [site.ask(next(turns), "POST", f"/videos/{video}/view", one) for one in (*crowd, None) * 3]
    remarks = [
        site.ask(next(turns), "POST", f"/videos/{video}/comments", one, json={"text": "Twice"})
        for one in crowd
    ]
    await asyncio.gather(*rate(first), *views, *remarks)
    await asyncio.gather(*rate(second))

    for server in (0, 1):
        details = await site.ask(server, "GET", f"/videos/{video}")
        assert details["views"] == len(views)
        assert details["totalRatingsCount"] == CROWD
        assert details["averageRating"] == round(sum(second) / CROWD, 2)
        comments = await site.ask(server, "GET", f"/videos/{video}/comments?pageSize=100")
        assert comments["pagination"]["totalItems"] == len(comments["data"]) == CROWD


async def test_one_of_many_is_let_through(site: Site) -> None:
    owner, person = await site.register(), new_person()
    address = {"youtubeUrl": f"https://youtu.be/{fresh_youtube_id()}"}
    turns = (0, 1) * 4

    joined = await asyncio.gather(*(site.send(at, "POST", "/users/register", json=person) for at in turns))
    taken = await asyncio.gather(*(site.send(at, "POST", "/videos", owner, json=address) for at in turns))

    assert Counter(answer.status_code for answer in joined) == {201: 1, 409: len(turns) - 1}
    assert Counter(answer.status_code for answer in taken) == {202: 1, 409: len(turns) - 1}


async def test_one_key_makes_one_thing_wherever_it_is_sent(
    site: Site, workers: tuple[Process, Process]
) -> None:
    owner = await site.register()
    video = await site.submit(owner, fresh_youtube_id())
    await site.finished(owner, video)
    keyed = {"headers": {"Idempotency-Key": fresh_youtube_id()}}
    path = f"/videos/{video}/comments"

    made = await asyncio.gather(
        *(site.ask(at, "POST", path, owner, json={"text": "Once"}, **keyed) for at in (0, 1) * 4)
    )
    await asyncio.gather(
        *(site.ask(at, "POST", f"/videos/{video}/view", owner, **keyed) for at in (0, 1) * 4)
    )

    assert len({one["commentid"] for one in made}) == 1
    for server in (0, 1):
        assert (await site.ask(server, "GET", path))["pagination"]["totalItems"] == 1
        assert (await site.ask(server, "GET", f"/videos/{video}"))["views"] == 1


async def test_both_count_on_one_quota(site: Site) -> None:
    owner = await site.register()
    bodies = [{"youtubeUrl": f"https://youtu.be/{fresh_youtube_id()}"} for _ in range(2 * SUBMIT_QUOTA)]

    answers = await asyncio.gather(
        *(site.send(number % 2, "POST", "/videos", owner, json=body) for number, body in enumerate(bodies))
    )

    assert Counter(answer.status_code for answer in answers) == {202: SUBMIT_QUOTA, 429: SUBMIT_QUOTA}


async def test_nobody_takes_a_job_whose_lease_is_renewed(site: Site) -> None:
    owner, slow = await site.register(), f"SLOW_{next(NUMBERS):06d}"
    impatient = {
        "job_lease_seconds": str(SHORT_LEASE),
        "youtube_timeout_seconds": str(SLOW),
        "processing_tries": "1",
    }

    async with two_workers(site, **impatient):
        video = await site.submit(owner, slow)
        end = await site.finished(owner, video)

    assert end["status"] == "ERROR"
    assert (await site.claims(video))["video.metadata"] == 1
    assert site.asked()[slow] == 1


async def test_the_job_of_a_killed_worker_is_done_by_the_other(site: Site) -> None:
    owner, youtube_id = await site.register(), fresh_youtube_id()
    site.youtube.set(youtube_id, "slow", times=1)

    async def is_asked() -> bool:
        return site.asked()[youtube_id] == 1

    async with two_workers(site, job_lease_seconds=str(SHORT_LEASE)) as (one, other):
        with other.held_still():
            video = await site.submit(owner, youtube_id)
            await until(is_asked)
            await one.kill()
        end = await site.finished(owner, video)

    assert end["status"] == "READY"
    assert (await site.claims(video))["video.metadata"] == 2
    assert site.asked()[youtube_id] == 2
