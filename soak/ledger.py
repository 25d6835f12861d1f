"""What the people of the soak were told of their writes, and so what the store must hold in the end.

While a write is in doubt, since no answer came or a 503, a thing can be as it was or as it was to be, and a
count can be one more. Once all doubts are settled only one state is possible.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Cell(Generic[T]):
    """One value that one person writes over and over."""

    possible: tuple[T, ...]

    @classmethod
    def of(cls, value: T) -> "Cell[T]":
        return cls((value,))

    def doubt(self, value: T) -> None:
        self.possible = tuple(dict.fromkeys((*self.possible, value)))

    def settle(self, value: T) -> None:
        self.possible = (value,)

    @property
    def certain(self) -> bool:
        return len(self.possible) == 1

    def surely(self, value: T) -> bool:
        """Whether it can be nothing else."""
        return self.possible == (value,)


@dataclass(slots=True)
class Count:
    """What everybody only ever adds to."""

    sure: int = 0
    doubtful: int = 0

    def doubt(self) -> None:
        self.doubtful += 1

    def settle(self, *, doubted: bool) -> None:
        self.sure += 1
        self.doubtful -= doubted

    def __add__(self, other: "Count") -> "Count":
        return Count(self.sure + other.sure, self.doubtful + other.doubtful)

    def but(self, number: int) -> "Count":
        """Without so many of those that are sure."""
        return Count(self.sure - number, self.doubtful)

    @property
    def bounds(self) -> range:
        return range(self.sure, self.sure + self.doubtful + 1)


@dataclass(slots=True)
class Account:
    id: str
    token: str
    first_name: str
    submissions: Count = field(default_factory=Count)
    """Whatever became of them, as all that follow."""
    remarks: Count = field(default_factory=Count)
    views: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    """By video."""
    ratings: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    """Given or changed, by video."""


@dataclass(slots=True)
class Remark:
    id: str
    video_id: str
    author_id: str
    text: Cell[str]
    deleted: Cell[bool] = field(default_factory=lambda: Cell.of(False))


@dataclass(slots=True)
class Video:
    id: str
    owner_id: str
    youtube_id: str
    word: str
    """Stands in its title, and in no other's."""
    title: Cell[str]
    tags: Cell[tuple[str, ...]]
    ready: bool = False
    """As far as is known."""
    deleted: Cell[bool] = field(default_factory=lambda: Cell.of(False))
    views: Count = field(default_factory=Count)
    remarks: Count = field(default_factory=Count)
    """Posted, whatever became of them."""
    stars: dict[str, Cell[int | None]] = field(default_factory=dict)
    """By account."""

    def stars_of(self, account_id: str) -> Cell[int | None]:
        return self.stars.setdefault(account_id, Cell.of(None))


@dataclass
class Ledger:
    """By id."""

    accounts: dict[str, Account] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    remarks: dict[str, Remark] = field(default_factory=dict)

    def videos_of(self, account_id: str) -> Iterator[Video]:
        return (video for video in self.videos.values() if video.owner_id == account_id)

    def remarks_on(self, video_id: str) -> Iterator[Remark]:
        return (remark for remark in self.remarks.values() if remark.video_id == video_id)

    def remarks_by(self, account_id: str) -> Iterator[Remark]:
        return (remark for remark in self.remarks.values() if remark.author_id == account_id)

    def shows(self, remark: Remark) -> bool:
        """Whether it must be in lists: neither it nor its video is or may be deleted."""
        return remark.deleted.surely(False) and self.videos[remark.video_id].deleted.surely(False)
