"""Summing up what was counted: bins once they are over, and whole days once nothing comes late any more.

A sum is computed from what is stored alone, and the same whoever computes it, so any number of processes may
do so at once.
"""

from collections.abc import Callable, Collection

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.tallies.tallies import (
    BINS_A_DAY,
    LANES,
    MARK,
    MEASURES,
    SUMS,
    Tallies,
    bin_of,
)
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.stamps import now_stamp

GRACE = 120_000_000
"""Microseconds after the end of a bin before it is summed up: nobody still writes to it then."""
AGAIN = (6, 24)
"""Bins ago that are summed up once more: by then also what a node had missed has been handed to it."""
DAYS_IN_BINS = 2
"""Days, with the present one, whose bins are kept apart; an older day is one sum."""
BINS_AT_ONCE = 24

BIN = f"SELECT {SUMS} FROM tallies WHERE subject = :subject AND day = :day AND bin = :bin"  # noqa: S608
WHOLE_DAY = f"SELECT {SUMS} FROM tallies WHERE subject = :subject AND day = :day"  # noqa: S608
BINS = f"SELECT {SUMS} FROM totals WHERE subject = :subject AND bin >= :first AND bin <= :bin"  # noqa: S608
SUBJECTS = "SELECT subject FROM tallied WHERE bin = :bin AND lane = :lane"
PUT = """
INSERT INTO totals (subject, bin, views, ratings, stars, comments, videos)
VALUES (:subject, :bin, :views, :ratings, :stars, :comments, :videos)
"""
DROP = "DELETE FROM totals WHERE subject = :subject AND bin >= :first AND bin < :bin"


class Folding:
    def __init__(
        self, session: CassandraSession, tallies: Tallies, now: Callable[[], int] = now_stamp
    ) -> None:
        """``now`` is in microseconds since 1970."""
        self._session = session
        self._tallies = tallies
        self._marks = Marks(session)
        self._now = now

    async def run(self) -> int:
        """Closes the bins that are over; how many sums were written."""
        written = 0
        while closing := await self._closing():
            before, last = closing[0] - 1, closing[-1]
            again = {bin_ - ago for bin_ in closing for ago in AGAIN}
            written += await self._sum_up_all({*closing, *again})
            for day in range(_last_whole_day(before) + 1, _last_whole_day(last) + 1):
                await self._join(day)
            await self._marks.move(MARK, before, last)
        return written

    async def sum_up_late(self, subject: str, bin_: int) -> None:
        """For a row that came late: a bin that is being closed may have been read before."""
        mark = await self._tallies.read_mark()
        if bin_ // BINS_A_DAY <= _last_whole_day(mark):
            await self._sum_up_day(subject, bin_ // BINS_A_DAY)
        else:
            await self._sum_up(subject, bin_)

    async def _closing(self) -> range:
        """The next bins to be closed, not too many at once."""
        mark = await self._tallies.read_mark()
        last = bin_of(self._now() - GRACE) - 1
        return range(mark + 1, min(last, mark + BINS_AT_ONCE) + 1)

    async def _sum_up_all(self, bins: Collection[int]) -> int:
        async def lane(place: tuple[int, int]) -> int:
            subjects = await self._subjects(place)
            for subject in subjects:
                await self._sum_up(subject, place[0])
            return len(subjects)

        return sum(await in_turns([(bin_, at) for bin_ in bins for at in range(LANES)], lane))

    async def _sum_up(self, subject: str, bin_: int) -> None:
        place = {"subject": subject, "bin": bin_}
        row = await self._session.row(BIN, {**place, "day": bin_ // BINS_A_DAY})
        await self._session.write(PUT, {**place, **(row or NOTHING)})

    async def _sum_up_day(self, subject: str, day: int) -> None:
        row = await self._session.row(WHOLE_DAY, {"subject": subject, "day": day})
        await self._session.write(PUT, {"subject": subject, "bin": _bins(day)[-1], **(row or NOTHING)})

    async def _join(self, day: int) -> None:
        """Makes one sum of the bins of a day, for every subject that it has."""
        places = [(bin_, lane) for bin_ in _bins(day) for lane in range(LANES)]
        found = await in_turns(places, self._subjects)
        await in_turns(
            {subject for subjects in found for subject in subjects}, lambda one: self._join_of(one, day)
        )

    async def _join_of(self, subject: str, day: int) -> None:
        bins = _bins(day)
        place = {"subject": subject, "first": bins[0], "bin": bins[-1]}
        row = await self._session.row(BINS, place)
        # One partition: whoever reads meanwhile sees the bins or the day.
        put = await self._session.bind(PUT, {"subject": subject, "bin": bins[-1], **(row or NOTHING)})
        await self._session.write_all([put, await self._session.bind(DROP, place)])

    async def _subjects(self, place: tuple[int, int]) -> list[str]:
        bin_, lane = place
        rows = await self._session.all_rows(SUBJECTS, {"bin": bin_, "lane": lane})
        return [row["subject"] for row in rows]


NOTHING = dict.fromkeys(MEASURES, 0)


def _bins(day: int) -> range:
    return range(day * BINS_A_DAY, (day + 1) * BINS_A_DAY)


def _last_whole_day(mark: int) -> int:
    """The last day that is one sum, when the bins up to ``mark`` are closed."""
    return (mark + 1) // BINS_A_DAY - DAYS_IN_BINS
