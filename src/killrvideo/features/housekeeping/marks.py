"""Whose the files are: a word that stands in the database and, as a blob, beside the files.

Where a database has another one than the files, it is not what these files belong to: it is empty still, was
restored from an old backup, or is a copy on trial. So the word is changed by the hour. Whoever finds one that
is not its own breaks it, or the other one would sweep what this one keeps there; then nobody sweeps until an
operator has said whose the files are.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from killrvideo.domain.errors import BlobExists, BlobNotFound
from killrvideo.domain.housekeeping import HouseMark, Standing, SweepRefused
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.moving import Holdings

MARK_KEY = "house-mark"
BROKEN = "several databases keep files here"
LONGEST = 100
"""Bytes of a word."""


class HouseMarks:
    def __init__(self, holdings: Holdings, blobs: BlobStore, clock: Clock, ids: IdSource) -> None:
        self._holdings = holdings
        self._blobs = blobs
        self._clock = clock
        self._ids = ids

    async def standing(self) -> Standing:
        """Raises Unavailable."""
        if await self._holdings.reached() is not None:
            return Standing.MOVING_IN
        before, beside, mark = await self._holdings.mark(), await self._beside(), await self._holdings.mark()
        if mark is not None and beside in mark.words:
            return Standing.OURS
        if before != mark:
            return Standing.CHANGING
        return Standing.UNMARKED if beside is None else Standing.ANOTHERS

    async def keep(self, knows_all: Callable[[], Awaitable[bool]]) -> Standing:
        """Renews the mark, or breaks another's. Files without a mark get ours if the database knows them."""
        standing = await self.standing()
        match standing:
            case Standing.OURS:
                await self._renew()
            case Standing.ANOTHERS:
                await self._blobs.put(MARK_KEY, BROKEN.encode())
            case Standing.UNMARKED if await knows_all():
                await self._begin()
                return await self.standing()
        return standing

    async def adopt(self) -> None:
        """Makes the files this database's, whosever they were. Raises SweepRefused."""
        if await self._holdings.reached() is not None:
            raise SweepRefused(Standing.MOVING_IN)
        mark = self._new()
        if not await self._holdings.change_mark(await self._holdings.mark(), mark):
            raise SweepRefused(Standing.CHANGING)
        await self._blobs.put(MARK_KEY, mark.word.encode())

    async def may_sweep(self) -> bool:
        """Whether the last sweep was long enough ago; then this one counts as begun."""
        mark, now = await self._holdings.mark(), self._clock.now()
        if mark is None or not mark.is_due(now):
            return False
        return await self._holdings.change_mark(mark, replace(mark, swept_at=now))

    async def check(self) -> None:
        """Raises SweepRefused unless the files are ours."""
        if (standing := await self.standing()) is not Standing.OURS:
            raise SweepRefused(standing)

    async def _begin(self) -> None:
        mark = await self._holdings.mark()
        if mark is None:
            mark = self._new()
            if not await self._holdings.change_mark(None, mark):
                return  # Another process of this house is at it.
        # Where somebody else is faster, the next look says who.
        with suppress(BlobExists):
            await self._blobs.create(MARK_KEY, mark.word.encode())

    async def _renew(self) -> None:
        """In three steps, of which each can be the last: until the third both words are ours."""
        mark = await self._holdings.mark()
        if mark is None:
            return
        if mark.coming is None:
            former, mark = mark, replace(mark, coming=self._ids.new().hex)
            if not await self._holdings.change_mark(former, mark):
                return  # Another process of this house is at it.
        word = mark.coming or mark.word
        await self._blobs.put(MARK_KEY, word.encode())
        await self._holdings.change_mark(mark, replace(mark, word=word, coming=None))

    def _new(self) -> HouseMark:
        return HouseMark(word=self._ids.new().hex, swept_at=self._clock.now())

    async def _beside(self) -> str | None:
        """The word that stands beside the files, if there is one."""
        try:
            reading = await self._blobs.read(MARK_KEY, end=LONGEST)
        except BlobNotFound:
            return None
        return b"".join([chunk async for chunk in reading.chunks]).decode(errors="replace")
