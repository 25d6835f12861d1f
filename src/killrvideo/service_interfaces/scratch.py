"""Local files of videos that are worked on: all of it can be had again from the store."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from killrvideo.domain.ids import VideoId
from killrvideo.domain.uploads import Part


class Scratch(Protocol):
    async def file_of(self, video_id: VideoId, parts: Sequence[Part]) -> Path:
        """The uploaded file in one piece, brought here if it is not; stays until it is cleared.

        Raises DiskFull where there is no room for it, ToolFailed where a piece is missing.
        """
        ...

    def folder(self, video_id: VideoId, room: int = 0) -> AbstractAsyncContextManager[Path]:
        """An empty folder for what is made, some ``room`` bytes of it; gone afterwards.

        Raises DiskFull where they have no room, beside what others here were promised.
        """
        ...

    async def clear(self, video_id: VideoId) -> None:
        """Removes everything of a video. Does nothing where there is nothing."""
        ...

    async def unused(self, before: datetime) -> Sequence[VideoId]:
        """Videos of which there is something here that nobody has written or brought since."""
        ...
