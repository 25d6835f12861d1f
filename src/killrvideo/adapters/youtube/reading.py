"""What YouTube's JSON means, and its texts made fit for the limits of the house."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice

from pydantic import BaseModel, Field

from killrvideo.domain.errors import SourceNotFound
from killrvideo.domain.videos import (
    ADDRESS_LONGEST,
    DESCRIPTION_LONGEST,
    TAG_LONGEST,
    TAGS_MOST,
    TITLE_LENGTHS,
)
from killrvideo.service_interfaces.video_sources import VideoMetadata

GONE = "YouTube has no public video {}: it is private, was removed, or never existed."
NOT_EMBEDDABLE = "The owner of YouTube video {} does not allow it to be shown on other sites."

DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
SECONDS_IN = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


class OEmbed(BaseModel):
    """https://oembed.com, section 2.3.4: what we use of it."""

    title: str
    thumbnail_url: str | None = None


class Thumbnail(BaseModel):
    url: str
    width: int = 0
    height: int = 0


class Snippet(BaseModel):
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    thumbnails: Mapping[str, Thumbnail] = {}


class ContentDetails(BaseModel):
    duration: str = ""


class Status(BaseModel):
    embeddable: bool = True


class Item(BaseModel):
    snippet: Snippet
    content_details: ContentDetails = Field(ContentDetails(), alias="contentDetails")
    status: Status = Status()


class VideoList(BaseModel):
    """The Data API's ``videos.list`` answer: what we use of it."""

    items: tuple[Item, ...]


def read_oembed(body: bytes, youtube_id: str) -> VideoMetadata:
    """Raises ValueError for what is no such answer."""
    answer = OEmbed.model_validate_json(body)
    return VideoMetadata(
        title=usable_title(answer.title, youtube_id), thumbnail_url=usable_address(answer.thumbnail_url)
    )


def read_video_list(body: bytes, youtube_id: str) -> VideoMetadata:
    """Raises SourceNotFound when the list is empty, ValueError for what is no such answer."""
    items = VideoList.model_validate_json(body).items
    if not items:
        raise SourceNotFound(GONE.format(youtube_id))
    item = items[0]
    if not item.status.embeddable:
        raise SourceNotFound(NOT_EMBEDDABLE.format(youtube_id))
    return VideoMetadata(
        title=usable_title(item.snippet.title, youtube_id),
        description=usable_description(item.snippet.description),
        thumbnail_url=largest(item.snippet.thumbnails.values()),
        duration_seconds=seconds_in(item.content_details.duration),
        tags=usable_tags(item.snippet.tags),
    )


def seconds_in(duration: str) -> int | None:
    """An ISO 8601 duration; None for one that is not known yet, as a live stream's ``P0D`` is."""
    match = DURATION.fullmatch(duration)
    if match is None:
        return None
    parts = match.groupdict(default="0")
    return sum(int(parts[unit]) * seconds for unit, seconds in SECONDS_IN.items()) or None


def largest(thumbnails: Iterable[Thumbnail]) -> str | None:
    best = max(thumbnails, key=lambda thumbnail: thumbnail.width * thumbnail.height, default=None)
    return None if best is None else usable_address(best.url)


def usable_title(raw: str, youtube_id: str) -> str:
    """One line of a length that a title may have; a shorter one says what it is the title of."""
    title = _one_line(raw)
    if len(title) < TITLE_LENGTHS.start:
        title = f"YouTube video {title or youtube_id}"
    longest = TITLE_LENGTHS.stop - 1
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"


def usable_description(raw: str) -> str | None:
    lines = "\n".join(_printable(line).rstrip() for line in raw.splitlines())
    return lines.strip()[:DESCRIPTION_LONGEST].rstrip() or None


def usable_tags(raw: Iterable[str]) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for tag in map(_one_line, raw):
        if 1 <= len(tag) <= TAG_LONGEST:
            tags.setdefault(tag.casefold(), tag)
    return tuple(islice(tags.values(), TAGS_MOST))


def usable_address(raw: str | None) -> str | None:
    if raw is None or len(raw) > ADDRESS_LONGEST or not raw.startswith(("https://", "http://")):
        return None
    return raw if _one_line(raw) == raw and " " not in raw else None


def _one_line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """Control characters and halves of characters become blanks; joiners of emoji stay."""
    return "".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)
