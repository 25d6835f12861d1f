"""Counts that are exact, fresh and safe to retry: from rows that are only ever added.

What is counted leaves a row under a name of its own, so that writing it again changes nothing. The rows of
ten minutes, a bin, are summed up once the bin is over; a reader takes the sums of the closed bins and adds
the rows of those still open. A sum is computed from its rows alone and can be computed again at any time,
so it needs no lock, and a row that comes late (a repair brings it) only asks for its bin once more.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from zlib import crc32

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.stamps import now_stamp

MICROS_A_BIN = 600_000_000
BINS_A_DAY = 144
LANES = 4
MARK = "tallies"
MARK_GOOD_FOR = 30.0
"""Seconds until it is read again, alongside: an old mark costs a reader more rows."""
BINS_TRUSTED = BINS_A_DAY
"""How far the mark may be behind the present: a day whose sums are joined (`folding`) is further back."""

Counted = tuple[str, int]
"""A subject and the bin that something of it fell into."""
Measures = Mapping[str, int]
"""How much of what, by the names of `Amounts`."""

SUMS = "sum(views) AS views, sum(ratings) AS ratings, sum(stars) AS stars, sum(comments) AS comments, \
sum(videos) AS videos"
ADD = """
INSERT INTO tallies (subject, day, bin, id, views, ratings, stars, comments, videos)
VALUES (:subject, :day, :bin, :id, :views, :ratings, :stars, :comments, :videos) USING TIMESTAMP :stamp
"""
NOTE = "INSERT INTO tallied (bin, lane, subject) VALUES (:bin, :lane, :subject) USING TIMESTAMP :stamp"
CLOSED = f"SELECT {SUMS} FROM totals WHERE subject = :subject AND bin <= :mark"  # noqa: S608 - constants
OPEN = f"SELECT {SUMS} FROM tallies WHERE subject = :subject AND day = :day AND bin > :mark"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Amounts:
    views: int = 0
    ratings: int = 0
    stars: int = 0
    comments: int = 0
    videos: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(mine + its for mine, its in zip(self.values(), other.values(), strict=True)))

    def values(self) -> tuple[int, ...]:
        return (self.views, self.ratings, self.stars, self.comments, self.videos)


MEASURES = tuple(field.name for field in fields(Amounts))
NOTHING = dict.fromkeys(MEASURES)


def bin_of(stamp: int) -> int:
    return stamp // MICROS_A_BIN


def tally_writes(
    subject: str, id_: str, stamp: int, amounts: Measures
) -> list[tuple[str, dict[str, object]]]:
    """The rows that count ``amounts`` for the subject, once however often ``id_`` comes in the bin."""
    bin_ = bin_of(stamp)
    row = {"subject": subject, "day": bin_ // BINS_A_DAY, "bin": bin_, "id": id_}
    return [
        (ADD, {**NOTHING, **row, **amounts}),
        (NOTE, {"bin": bin_, "lane": lane_of(subject), "subject": subject}),
    ]


class Tallies:
    def __init__(self, session: CassandraSession, marks: Marks, now: Callable[[], int] = now_stamp) -> None:
        """``now`` is in microseconds since 1970."""
        self._session = session
        self._now = now
        self._marks = marks
        self._mark = 0
        self._mark_read = float("-inf")

    async def of(self, subject: str) -> Amounts:
        """One round trip, two or three questions."""
        [amounts] = await self.of_each([subject])
        return amounts

    async def of_each(self, subjects: Iterable[str]) -> list[Amounts]:
        """In the order of the subjects; one round trip for all."""
        if self._mark < bin_of(self._now()) - BINS_TRUSTED:
            await self.read_mark()
        sums = asyncio.gather(*(self._of(subject, self._mark) for subject in subjects))
        if time.monotonic() - self._mark_read > MARK_GOOD_FOR:
            await asyncio.gather(sums, self.read_mark())
        return await sums

    async def _of(self, subject: str, mark: int) -> Amounts:
        days = range((mark + 1) // BINS_A_DAY, bin_of(self._now()) // BINS_A_DAY + 1)
        closed = self._session.row(CLOSED, {"subject": subject, "mark": mark})
        opened = (self._session.row(OPEN, {"subject": subject, "day": day, "mark": mark}) for day in days)
        rows = await asyncio.gather(closed, *opened)
        return sum((Amounts(**row) for row in rows if row), Amounts())

    async def read_mark(self) -> int:
        """The last bin that is closed; a new store begins with the present one open."""
        self._mark = await self._marks.get(MARK, bin_of(self._now()) - 1)
        self._mark_read = time.monotonic()
        return self._mark


def lane_of(subject: str) -> int:
    return crc32(subject.encode()) % LANES
