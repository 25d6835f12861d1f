"""A video: what it says of itself, where it stands, and who may see it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from urllib.parse import parse_qs, urlsplit

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import InvalidText, NotAYouTubeAddress
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.removals import Cause

TITLE_LENGTHS = range(3, 151)
DESCRIPTION_LONGEST = 5000
TAG_LONGEST = 50
TAGS_MOST = 30
ADDRESS_LONGEST = 2083


class VideoStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    ERROR = "ERROR"


class LocationType(IntEnum):
    """The numbers are those of the public data set."""

    YOUTUBE = 1
    UPLOAD = 2


@dataclass(frozen=True, slots=True)
class Totals:
    """What readers did with a video, counted from their rows."""

    views: int = 0
    ratings: int = 0
    stars: int = 0
    """Sum of all ratings."""

    @property
    def average(self) -> float | None:
        """Mean rating, rounded to two places for the reader; None while nobody rated."""
        return round(self.stars / self.ratings, 2) if self.ratings else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    id: VideoId
    uploader_id: AccountId
    title: str
    title_is_provisional: bool = False
    """True while the title is a place-holder that metadata may replace."""
    description: str | None = None
    tags: tuple[str, ...] = ()
    location: str
    location_type: LocationType = LocationType.YOUTUBE
    youtube_id: str | None = None
    thumbnail_url: str | None = None
    duration_seconds: int | None = None
    content_rating: str | None = None
    category: str | None = None
    language: str | None = None
    status: VideoStatus = VideoStatus.PENDING
    error: str | None = None
    """Why processing failed, in words for the owner; set only in ERROR."""
    submitted_at: datetime
    updated_at: datetime | None = None
    version: int = 1
    causes: Cause = Cause.NONE
    deleted_at: datetime | None = None
    """When the first of the present causes came; None while there is none."""
    totals: Totals = field(default_factory=Totals)
    """As read; a write of the video does not touch them."""

    @property
    def is_public(self) -> bool:
        return self.status is VideoStatus.READY and not self.causes

    @property
    def is_deleted(self) -> bool:
        return bool(self.causes)

    def visible_to(self, caller: Caller) -> bool:
        """The public sees what is READY; the owner also what is not; a moderator also what is removed."""
        if caller.may(Scope.MODERATION_READ):
            return True
        if self.causes:
            return False
        return self.status is VideoStatus.READY or caller.owns(self.uploader_id)

    def hidden_by(self, cause: Cause, at: datetime) -> "Video":
        """The next version, hidden by one more cause."""
        return self.changed(at, causes=self.causes | cause, deleted_at=min(self.deleted_at or at, at))

    def freed_from(self, cause: Cause, at: datetime) -> "Video":
        """The next version, with one cause less."""
        left = self.causes & ~cause
        return self.changed(at, causes=left, deleted_at=self.deleted_at if left else None)

    def changed(self, at: datetime, **changes: object) -> "Video":
        """The next version of this video."""
        return replace(self, updated_at=at, version=self.version + 1, **changes)  # type: ignore[arg-type]


def clean_title(raw: str) -> str:
    """The title as it is kept; raises InvalidText."""
    title = raw.strip()
    if len(title) not in TITLE_LENGTHS:
        raise InvalidText(
            f"A title has {TITLE_LENGTHS.start} to {TITLE_LENGTHS.stop - 1} characters; "
            f"this one has {len(title)}.",
            pointer="/title",
        )
    return title


def clean_description(raw: str | None) -> str | None:
    """The description as it is kept, None when blank; raises InvalidText."""
    description = (raw or "").strip()
    if len(description) > DESCRIPTION_LONGEST:
        raise InvalidText(
            f"A description has at most {DESCRIPTION_LONGEST} characters; this one has {len(description)}.",
            pointer="/description",
        )
    return description or None


def tag_key(tag: str) -> str:
    """By what two spellings of one tag are the same."""
    return " ".join(tag.split()).casefold()


def clean_tags(raw: Iterable[str]) -> tuple[str, ...]:
    """Trimmed, blanks left out, each once ignoring case in its first spelling; raises InvalidText."""
    tags: dict[str, str] = {}
    for tag in (" ".join(spelling.split()) for spelling in raw):
        if len(tag) > TAG_LONGEST:
            raise InvalidText(f"A tag has at most {TAG_LONGEST} characters.", pointer="/tags")
        if tag:
            tags.setdefault(tag_key(tag), tag)
    if len(tags) > TAGS_MOST:
        raise InvalidText(f"A video has at most {TAGS_MOST} tags.", pointer="/tags")
    return tuple(tags.values())


YOUTUBE_HOSTS = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"}
    | {"youtube-nocookie.com", "www.youtube-nocookie.com"}
)
SHORT_HOSTS = frozenset({"youtu.be", "www.youtu.be"})
PATHS_WITH_ID = frozenset({"embed", "v", "shorts", "live"})
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
ACCEPTED = (
    "Accepted are http or https addresses such as https://youtu.be/ID, https://www.youtube.com/watch?v=ID, "
    "and youtube.com/embed/ID, /v/ID, /shorts/ID or /live/ID, where ID is the 11 characters of the video."
)


def youtube_id_of(address: str) -> str:
    """The 11 characters that name a video on YouTube; raises NotAYouTubeAddress."""
    refusal = NotAYouTubeAddress(
        f"This is not the address of a YouTube video. {ACCEPTED}", pointer="/youtubeUrl"
    )
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise refusal from None
    if (
        parts.scheme.lower() not in {"http", "https"}
        or port not in {None, 80, 443}
        or parts.username is not None
    ):
        raise refusal
    found = _id_in(host, [piece for piece in parts.path.split("/") if piece], parts.query)
    if found is None or not YOUTUBE_ID.fullmatch(found):
        raise refusal
    return found


def _id_in(host: str, path: list[str], query: str) -> str | None:
    match path:
        case [video_id] if host in SHORT_HOSTS:
            return video_id
        case ["watch"] if host in YOUTUBE_HOSTS:
            return next(iter(parse_qs(query).get("v", [])), None)
        case [kind, video_id] if host in YOUTUBE_HOSTS and kind in PATHS_WITH_ID:
            return video_id
    return None


def embed_address(youtube_id: str) -> str:
    return f"https://www.youtube.com/embed/{youtube_id}"


def thumbnail_address(youtube_id: str) -> str:
    """The thumbnail that YouTube has for every video, before its metadata tell of a better one."""
    return f"https://i.ytimg.com/vi/{youtube_id}/hqdefault.jpg"
