"""Catalogues in memory: one that is loaded from a list, and one that is saved into a list."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.catalogue import BadRow, Entry, Kind, Place, Row

T = TypeVar("T", Account, Video, Comment, Rating, Captions)

TYPES = {
    Kind.ACCOUNTS: Account,
    Kind.VIDEOS: Video,
    Kind.COMMENTS: Comment,
    Kind.RATINGS: Rating,
    Kind.CAPTIONS: Captions,
}


class Listed:
    """Keeps CatalogueSource. Each entry stands on the line of its place in the list, from 1."""

    def __init__(self, *entries: Entry | BadRow, passwords: Mapping[AccountId, str] | None = None) -> None:
        self._entries = entries
        self.passwords = dict(passwords or {})

    def size(self, kind: Kind) -> int:
        return sum(isinstance(entry, TYPES[kind]) for entry in self._entries)

    def accounts(self) -> Iterator[Row[Account] | BadRow]:
        yield from (entry for entry in self._entries if isinstance(entry, BadRow))
        yield from self._rows(Account)

    def videos(self) -> Iterator[Row[Video]]:
        return self._rows(Video)

    def comments(self) -> Iterator[Row[Comment]]:
        return self._rows(Comment)

    def ratings(self) -> Iterator[Row[Rating]]:
        return self._rows(Rating)

    def captions(self) -> Iterator[Row[Captions]]:
        return self._rows(Captions)

    def _rows(self, kind: type[T]) -> Iterator[Row[T]]:
        for line, entry in enumerate(self._entries, start=1):
            if isinstance(entry, kind):
                yield Row(Place("list", line), entry)


class Saved:
    """Keeps CatalogueSink."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def accounts(self, accounts: Iterable[Account]) -> None:
        self.entries.extend(accounts)

    def videos(self, videos: Iterable[Video]) -> None:
        self.entries.extend(videos)

    def comments(self, comments: Iterable[Comment]) -> None:
        self.entries.extend(comments)

    def ratings(self, ratings: Iterable[Rating]) -> None:
        self.entries.extend(ratings)

    def captions(self, captions: Iterable[Captions]) -> None:
        self.entries.extend(captions)
