"""A house on a store that is filled: who asks gets a session, and there is something to moderate."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI

from benchmarks.asgi import ask
from benchmarks.reads import Asked, Targets
from benchmarks.scale.population import Population
from benchmarks.scale.units import ORIGIN
from killrvideo.bootstrap import BackEnd, House, build, load_settings
from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.videos import Video, VideoStatus, embed_address
from killrvideo.observability.logging import set_up_logging

FLAGS = 30
REMOVED = 12


@dataclass
class Inhabited:
    house: House
    app: FastAPI
    population: Population
    tokens: dict[AccountId, str] = field(default_factory=dict)
    _always_new: Iterator[int] = field(default_factory=count)

    async def token(self, account_id: AccountId) -> str:
        if account_id not in self.tokens:
            account = await self.house.storage.accounts.get(account_id)
            if account is None:
                raise RuntimeError(f"There is no account {account_id}: the store is filled otherwise.")
            work = self.house.storage.begin("benchmarks.session", ORIGIN)
            self.tokens[account_id] = self.house.application.sessions.open(work, account).access_token
            await work.commit()
        return self.tokens[account_id]

    async def read(self, asked: Asked) -> bytes:
        """Always made anew: nothing that a process remembers of an earlier answer serves.

        A token that is not there yet is made first: do so before measuring.
        """
        token = None if asked.by is None else await self.token(asked.by)
        self.house.application.recommendations.forget_all()
        mark = "&" if "?" in asked.path else "?"
        return await ask(self.app, "GET", f"/api/v1{asked.path}{mark}n={next(self._always_new)}", token)

    async def moderated(self) -> Targets:
        """Flags on one video, and videos that were removed; made where there are none yet."""
        moderator = await self.token(self.population.accounts[0].id)
        listed = json.loads(await ask(self.app, "GET", "/api/v1/moderation/flags?pageSize=100", moderator))
        if not listed["data"]:
            await self._moderate(moderator)
            listed = json.loads(
                await ask(self.app, "GET", "/api/v1/moderation/flags?pageSize=100", moderator)
            )
        shown = [flag for flag in listed["data"] if flag["status"] == "open"]
        ids = [flag["flagId"] for flag in shown]
        return Targets(self.population, ids, shown[0]["contentId"])

    async def _moderate(self, moderator: str) -> None:
        accounts = self.population.accounts
        videos = [await self._video(accounts[1]) for _ in range(REMOVED + 1)]
        for reporter in accounts[2 : 2 + FLAGS]:
            await self._flag(reporter.id, videos[0])
        for video in videos[1:]:
            flag = await self._flag(accounts[2].id, video)
            approved = json.dumps({"status": "approved"}).encode()
            await ask(self.app, "POST", f"/api/v1/moderation/flags/{flag}/action", moderator, approved)

    async def _flag(self, reporter: AccountId, video: VideoId) -> str:
        token = await self.token(reporter)
        body = json.dumps({"reasonCode": "spam", "reasonText": "Not what it says"}).encode()
        return str(
            json.loads(await ask(self.app, "POST", f"/api/v1/videos/{video}/flags", token, body))["flagId"]
        )

    async def _video(self, owner: Account) -> VideoId:
        video = Video(
            id=VideoId(uuid4()),
            uploader_id=owner.id,
            title="To be moderated",
            location=embed_address("moderation--"),
            status=VideoStatus.READY,
            submitted_at=datetime.now(UTC).replace(microsecond=0),
        )
        work = self.house.storage.begin("benchmarks.upload", ORIGIN)
        self.house.storage.videos.add(work, video)
        self.house.storage.search.put(work, video)
        await work.commit()
        return video.id


@asynccontextmanager
async def inhabited(
    folder: Path, settings: Mapping[str, object], population: Population, storage: BackEnd | None = None
) -> AsyncIterator[Inhabited]:
    """The house works on nothing by itself, and has no limits on rates."""
    set_up_logging("error", "json")
    chosen = {"data_dir": folder, "rate_limits": False, "workers": False, **settings}
    house = build(load_settings(chosen, env_file=None), storage=storage)
    async with house.opened(workers=False):
        yield Inhabited(house, house.web_app(), population)
