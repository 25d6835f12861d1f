"""A chunk as it arrives: read in pieces of a size of our own, and summed up on the way."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from typing import Any

from killrvideo.domain.uploads import Checksum
from killrvideo.features.uploads.pace import Pace
from killrvideo.features.uploads.under_way import Hand


class Arriving:
    def __init__(
        self,
        body: AsyncIterator[bytes],
        hand: Hand,
        checksum: Checksum | None,
        size: int | None = None,
        pace: Pace | None = None,
    ) -> None:
        """``size`` is what the client tells, if it does."""
        self._body = body
        self._hand = hand
        self._hash = hashlib.sha256() if checksum is None else checksum.hash()
        self._is_summed = checksum is not None
        self._size = size
        self._pace = pace or Pace()
        self._read = 0
        self._left = b""
        self._coming: asyncio.Task[bytes | None] | None = None
        self._is_over = False
        self.was_taken = False
        """Whether it ended because a later request goes on with the upload."""

    @property
    def was_slow(self) -> bool:
        """Whether it ended because it came too slowly."""
        return self._pace.is_too_slow

    async def read(self, most: int, until: float | None = None) -> bytes:
        """Some bytes, ``most`` at most; none at the end, or once the monotonic clock is at ``until``."""
        data = self._left or await self._next(until)
        self._left = data[most:]
        data = data[:most]
        self._read += len(data)
        if self._is_summed:
            self._hash.update(data)
        return data

    def of_piece(self, held: int, most: int) -> int:
        """How many bytes of ``most`` a piece will have at most, of which so many are read."""
        return most if self._size is None else min(most, held + max(0, self._size - self._read))

    def digest(self) -> bytes:
        """Of all that was read."""
        return self._hash.digest()

    async def close(self) -> None:
        self._is_over = True
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait([self._coming])

    async def _next(self, until: float | None) -> bytes:
        """The body may have empty pieces in between."""
        while not self._is_over:
            if self._coming is None:
                self._coming = asyncio.create_task(self._pull())
            await self._wait(self._coming, until)
            if self._coming.done():
                data, self._coming = self._coming.result(), None
                self._is_over = data is None or self._pace.is_lost
                if data:
                    return data
            elif self._hand.stop.done() or self._pace.is_lost:
                self._is_over, self.was_taken = True, self._hand.stop.done()
            elif until is not None and time.monotonic() >= until:
                return b""
        return b""

    async def _wait(self, coming: asyncio.Task[bytes | None], until: float | None) -> None:
        began = time.monotonic()
        seconds = self._pace.seconds if until is None else min(self._pace.seconds, max(0.0, until - began))
        waiting: list[asyncio.Future[Any]] = [coming, self._hand.stop]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        came = coming.result() if coming.done() else None
        self._pace.note(len(came or b""), time.monotonic() - began, is_judged=self._hand.is_needed())

    async def _pull(self) -> bytes | None:
        return await anext(self._body, None)
