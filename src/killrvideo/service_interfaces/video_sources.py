"""Where the metadata of a submitted video come from."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMetadata:
    title: str
    description: str | None = None
    thumbnail_url: str | None = None
    duration_seconds: int | None = None
    tags: tuple[str, ...] = ()


class VideoSource(Protocol):
    async def describe(self, youtube_id: str) -> VideoMetadata:
        """Raises SourceNotFound if there is no such public video, SourceFailed if another try may succeed."""
        ...
