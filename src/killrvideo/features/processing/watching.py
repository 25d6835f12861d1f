"""Stopping the work on a video soon after it was removed: what nobody may see needs no processor."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.storage import Storage

T = TypeVar("T")
Pause = Callable[[], Awaitable[None]]

LOOK_EVERY = 5.0
"""Seconds. One look is one read by id, whatever the step is at."""


class VideoRemoved(Exception):
    """While it was worked on."""


async def a_moment() -> None:
    await asyncio.sleep(LOOK_EVERY)


class VideoWatch:
    def __init__(self, storage: Storage, pause: Pause = a_moment) -> None:
        """``pause`` returns when it is time for another look."""
        self._storage = storage
        self._pause = pause

    async def during(self, video_id: VideoId, work: Coroutine[Any, Any, T]) -> T:
        """What the work returns or raises. Raises VideoRemoved, once the work has stopped."""
        working = asyncio.create_task(work)
        watching = asyncio.create_task(self._removed(video_id))
        try:
            await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            watching.result()
            raise VideoRemoved
        finally:
            working.cancel()
            watching.cancel()
            await asyncio.gather(working, watching, return_exceptions=True)

    async def _removed(self, video_id: VideoId) -> None:
        """Returns when the video is gone, or hidden."""
        while True:
            await self._pause()
            try:
                video = await self._storage.videos.get(video_id)
            except Unavailable:
                continue  # Whether it was removed is not known.
            if video is None or video.causes:
                return
