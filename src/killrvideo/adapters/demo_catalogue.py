"""The demo catalogue that comes with KillrVideo, read from its TOML file."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar
from uuid import UUID

from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions, CaptionTrack, digest_of
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Totals, Video, VideoStatus, embed_address, thumbnail_address
from killrvideo.domain.webvtt import read, written
from killrvideo.service_interfaces.catalogue import BadRow, Kind, Place, Row

T = TypeVar("T")
Fields = Mapping[str, Any]

FILE = files("killrvideo.demo").joinpath("catalogue.toml")
CAPTIONS = files("killrvideo.demo").joinpath("captions")
"""WebVTT files, each called after its video and its language: notes of ours, not what is said in it."""
LABEL = "English (notes)"


class DemoCatalogue:
    """Keeps CatalogueSource."""

    def __init__(self) -> None:
        text = FILE.read_text(encoding="utf-8")
        self._entries: Mapping[str, list[Fields]] = tomllib.loads(text)
        self._lines = {kind: _lines_of(kind, text) for kind in Kind}
        self._ids = {fields["email"]: AccountId(UUID(fields["id"])) for fields in self._entries["accounts"]}

    @property
    def passwords(self) -> Mapping[AccountId, str]:
        """Of the accounts that anybody may try KillrVideo with."""
        listed = self._entries["accounts"]
        return {self._ids[fields["email"]]: fields["password"] for fields in listed if "password" in fields}

    def size(self, kind: Kind) -> int:
        return len(_caption_files()) if kind is Kind.CAPTIONS else len(self._entries[kind])

    def accounts(self) -> Iterator[Row[Account] | BadRow]:
        return self._rows(Kind.ACCOUNTS, self._account)

    def videos(self) -> Iterator[Row[Video] | BadRow]:
        return self._rows(Kind.VIDEOS, self._video)

    def comments(self) -> Iterator[Row[Comment] | BadRow]:
        return self._rows(Kind.COMMENTS, self._comment)

    def ratings(self) -> Iterator[Row[Rating] | BadRow]:
        return self._rows(Kind.RATINGS, self._rating)

    def captions(self) -> Iterator[Row[Captions] | BadRow]:
        """Brought together with their videos."""
        videos = {str(row.entry.id): row.entry for row in self._rows(Kind.VIDEOS, self._video)}
        for file in _caption_files():
            name, language, _ = file.name.split(".")
            text = written(read(file.read_bytes()))
            track = CaptionTrack(
                video_id=videos[name].id,
                language=language,
                label=LABEL,
                digest=digest_of(text),
                created_at=videos[name].submitted_at,
            )
            yield Row(Place(file.name, 1), Captions(track=track, text=text))

    def _rows(self, kind: Kind, entry_of: Callable[[Fields], T]) -> Iterator[Row[T]]:
        for line, fields in zip(self._lines[kind], self._entries[kind], strict=True):
            yield Row(Place(FILE.name, line), entry_of(fields))

    def _account(self, fields: Fields) -> Account:
        return Account(
            id=self._ids[fields["email"]],
            email=fields["email"],
            first_name=fields["first_name"],
            last_name=fields["last_name"],
            roles=frozenset(Role(name) for name in fields["roles"]),
            created_at=_instant(fields["created"]),
        )

    def _video(self, fields: Fields) -> Video:
        return Video(
            id=VideoId(UUID(fields["id"])),
            uploader_id=self._ids[fields["uploader"]],
            title=fields["title"],
            description=fields["description"],
            tags=tuple(fields["tags"]),
            location=embed_address(fields["youtube_id"]),
            youtube_id=fields["youtube_id"],
            thumbnail_url=thumbnail_address(fields["youtube_id"]),
            duration_seconds=fields.get("duration_seconds"),
            category=fields["category"],
            language=fields["language"],
            status=VideoStatus.READY,
            submitted_at=_instant(fields["submitted"]),
            totals=Totals(views=fields["views"]),
        )

    def _comment(self, fields: Fields) -> Comment:
        return Comment(
            id=CommentId(UUID(fields["id"])),
            video_id=VideoId(UUID(fields["video"])),
            author_id=self._ids[fields["author"]],
            text=fields["text"],
            sentiment=None,
            created_at=_instant(fields["created"]),
        )

    def _rating(self, fields: Fields) -> Rating:
        rated_at = _instant(fields["created"])
        return Rating(
            video_id=VideoId(UUID(fields["video"])),
            account_id=self._ids[fields["author"]],
            stars=fields["stars"],
            created_at=rated_at,
            updated_at=rated_at,
        )


def _lines_of(kind: Kind, text: str) -> list[int]:
    """Where the entries of a kind begin."""
    return [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"[[{kind}]]")]


def _caption_files() -> list[Traversable]:
    return sorted(CAPTIONS.iterdir(), key=lambda file: file.name)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
