"""A whole house behind its HTTP interface, with people who are signed in and videos that are READY."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from killrvideo.bootstrap import BackEnd, House, build, load_settings
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.errors import SourceFailed, SourceNotFound
from killrvideo.domain.events import Origin
from killrvideo.service_interfaces.video_sources import VideoMetadata
from tests.builders.accounts import an_account
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings

API = "/api/v1"
ORIGIN = Origin(correlation_id="tests")


class KnownVideos:
    """A video source in memory: knows every id, but for those that it is told not to."""

    def __init__(self) -> None:
        self.absent: set[str] = set()
        self.down = False
        self.metadata: dict[str, VideoMetadata] = {}
        self.thumbnails: dict[str, bytes] = {}
        """By their addresses."""
        self.subtitles: dict[tuple[str, str], bytes] = {}
        """By id and language."""

    async def describe(self, youtube_id: str) -> VideoMetadata:
        if self.down:
            raise SourceFailed("YouTube cannot be reached.")
        if youtube_id in self.absent:
            raise SourceNotFound
        return self.metadata.get(youtube_id) or VideoMetadata(title=f"About {youtube_id}")

    async def thumbnail(self, address: str) -> bytes:
        if address not in self.thumbnails:
            raise SourceNotFound("The file is not to be had.")
        return self.thumbnails[address]

    async def captions(self, youtube_id: str, language: str) -> bytes | None:
        return self.subtitles.get((youtube_id, language))


@dataclass(frozen=True)
class Person:
    """Somebody with an account, or nobody (without a token)."""

    id: UUID | None = None
    email: str = ""
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


NOBODY = Person()


@dataclass
class Town:
    house: House
    client: httpx2.AsyncClient
    clock: ManualClock
    source: KnownVideos
    model: WordHashEmbeddings
    _count: int = field(default=0)

    async def person(self, *roles: Role, scopes: Sequence[Scope] = ()) -> Person:
        """A new account with these roles (a creator if none is said), signed in."""
        self._count += 1
        account = an_account(
            email=f"person{self._count}@example.com",
            roles=frozenset(roles or {Role.CREATOR}),
            scopes=frozenset(scopes),
        )
        storage = self.house.storage
        work = storage.begin("tests.person", ORIGIN)
        storage.accounts.add(work, account, None)
        signed_in = self.house.application.sessions.open(work, account)
        await work.commit()
        return Person(account.id, account.email, signed_in.access_token)

    async def ask(
        self,
        method: str,
        path: str,
        by: Person = NOBODY,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Sends one request; ``path`` is below the API's prefix."""
        together = {**by.headers, **(headers or {})}
        return await self.client.request(method, API + path, json=json, headers=together)

    async def put_file(self, path: str, by: Person, text: str) -> httpx2.Response:
        """Sends captions."""
        headers = {**by.headers, "Content-Type": "text/vtt"}
        return await self.client.put(API + path, content=text, headers=headers)

    async def submit(self, owner: Person, **fields: Any) -> dict[str, Any]:
        """A PENDING video, as its owner reads it."""
        self._count += 1
        body = {"youtubeUrl": f"https://youtu.be/video{self._count:06d}", **fields}
        answer = await self.ask("POST", "/videos", owner, json=body)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    async def video(self, owner: Person, **fields: Any) -> str:
        """The id of a READY video."""
        submitted = await self.submit(owner, **fields)
        await self.settle()
        return str(submitted["videoId"])

    async def comment(self, by: Person, video_id: str, text: str = "Well explained") -> str:
        """The id of a new comment."""
        answer = await self.ask("POST", f"/videos/{video_id}/comments", by, json={"text": text})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["commentid"])

    async def know_by_meaning(self) -> None:
        """Lets searches answer from the vectors, too."""
        await self.house.application.embedding.check(ORIGIN)
        await self.settle()

    async def settle(self) -> None:
        """Until every event is handed out and every due job done."""
        await self.house.workers.settle()


@asynccontextmanager
async def town_in(
    folder: Path,
    clock: ManualClock,
    ids: CountingIds,
    storage: BackEnd | None = None,
    **options: object,
) -> AsyncIterator[Town]:
    """A town that keeps what it knows in this folder, without rate limits and with cheap passwords; the
    ``options`` are settings that it differs in.
    """
    settings = load_settings(
        {
            "data_dir": folder,
            "durability": "off",
            "argon2_memory_kib": 8,
            "argon2_time": 1,
            "rate_limits": False,
            "workers": False,
            "search_meaning_seconds": 60,
            "recommendation_seconds": 60,
            **options,
        },
        env_file=None,
    )
    source = KnownVideos()
    model = WordHashEmbeddings()
    models = StandInModels(model)
    house = build(settings, clock=clock, ids=ids, source=source, storage=storage, embeddings=models)
    transport = httpx2.ASGITransport(house.web_app(), raise_app_exceptions=False)
    async with (
        house.opened(workers=False),
        httpx2.AsyncClient(transport=transport, base_url="http://town") as client,
    ):
        yield Town(house, client, clock, source, model)
