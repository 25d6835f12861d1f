"""Catalogues: accounts, videos, comments, ratings and captions that come from outside, or go there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video

T_co = TypeVar("T_co", covariant=True)


class Kind(StrEnum):
    """What a catalogue holds, in the order in which one can be loaded."""

    ACCOUNTS = "accounts"
    VIDEOS = "videos"
    COMMENTS = "comments"
    RATINGS = "ratings"
    CAPTIONS = "captions"


Entry = Account | Video | Comment | Rating | Captions
"""A video's views are its opening balance; its ratings are counted from their own rows."""


class CatalogueRefused(Exception):
    """The catalogue as a whole cannot be read or written; ``str`` is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, for whoever has to mend it."""

    file: str
    line: int
    """From 1; the first line of a row that has several."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Row(Generic[T_co]):
    place: Place
    entry: T_co


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, or not be loaded, and why."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class CatalogueSource(Protocol):
    """Rows as they are read, each good in itself; whether they fit together is the reader's to see."""

    @property
    def passwords(self) -> Mapping[AccountId, str]:
        """In clear text, of the few accounts that come with one."""
        ...

    def size(self, kind: Kind) -> int:
        """About how many rows there are, to show how far the loading is."""
        ...

    def accounts(self) -> Iterable[Row[Account] | BadRow]: ...

    def videos(self) -> Iterable[Row[Video] | BadRow]: ...

    def comments(self) -> Iterable[Row[Comment] | BadRow]: ...

    def ratings(self) -> Iterable[Row[Rating] | BadRow]: ...

    def captions(self) -> Iterable[Row[Captions] | BadRow]: ...


class CatalogueSink(Protocol):
    """Takes each kind once, in any order. Raises CatalogueRefused where it cannot write."""

    def accounts(self, accounts: Iterable[Account]) -> None: ...

    def videos(self, videos: Iterable[Video]) -> None: ...

    def comments(self, comments: Iterable[Comment]) -> None: ...

    def ratings(self, ratings: Iterable[Rating]) -> None: ...

    def captions(self, captions: Iterable[Captions]) -> None: ...


class Progress(Protocol):
    """Whoever watches how far a transfer is."""

    def expect(self, kind: Kind, rows: int) -> None:
        """About so many rows are to come."""
        ...

    def advance(self, kind: Kind, rows: int) -> None:
        """So many more are done, whatever came of them."""
        ...
