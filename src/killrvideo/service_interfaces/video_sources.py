"""Where the metadata, the thumbnail and the captions of a submitted video come from."""

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

    async def thumbnail(self, address: str) -> bytes:
        """The file at the address that was told; whether it is a picture is for others to judge.

        Raises SourceNotFound if there is none, UnusableFile for a file that is too large or stands where we
        do not ask, SourceFailed if another try may succeed.
        """
        ...

    async def captions(self, youtube_id: str, language: str) -> bytes | None:
        """A file of captions, whatever is in it; None where there are none in the language, or none at all to
        be had of this source. Raises UnusableFile and SourceFailed as above.
        """
        ...
