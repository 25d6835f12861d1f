"""A house with its workers, over one store, as the tests of this folder use them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.bootstrap import House
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.videos import Submission
from killrvideo.workers.runner import Workers
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.holding_still import ManualClock
from tests.workers.waits import ManualWaits
from tests.workers.youtube import YouTubeInMemory

LEASE = timedelta(seconds=30)
FILM = "dQw4w9WgXcQ"


class Site:
    def __init__(self, house: House, clock: ManualClock, youtube: YouTubeInMemory, process: str) -> None:
        self.storage = house.storage
        self.house = house.application
        self.notes = house.foundations.experiments.exposures
        self.clock = clock
        self.youtube = youtube
        self.account = an_account()
        self.person = caller_of(self.account)
        self.waits = ManualWaits()
        self.workers = self.make_workers(process)
        self._committed = asyncio.Event()
        self.storage.on_commit(self.workers.wake)
        self.storage.on_commit(self._committed.set)

    def make_workers(self, process: str, **options: Any) -> Workers:
        """Workers of their own over the same store; ``options`` are those of Workers."""
        bus = InProcessBus(self.storage.outbox, self.clock, process)
        options = {"lease": LEASE, "wait": self.waits.wait, **options}
        return Workers(self.house, self.storage.jobs, bus, self.clock, **options)

    async def submit(self, youtube_id: str = FILM) -> VideoId:
        submission = Submission(address=f"https://youtu.be/{youtube_id}")
        return (await self.house.videos.submit(self.person, submission)).id

    async def video(self, video_id: VideoId) -> Video:
        video = await self.storage.videos.get(video_id)
        assert video is not None
        return video

    async def jobs(self, video_id: VideoId) -> list[Job]:
        return list(await self.storage.jobs.for_subject(video_id))

    async def becomes(self, video_id: VideoId, status: VideoStatus) -> None:
        async def has_it() -> bool:
            return (await self.video(video_id)).status is status

        await self.until(has_it)

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Asks again after every commit of this process: no time has to pass."""
        self._committed.clear()
        while not await is_so():
            await self._committed.wait()
            self._committed.clear()
