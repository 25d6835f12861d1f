"""A chunk as it arrives: read in pieces of a size of our own, and summed up on the way."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from typing import Any

from killrvideo.domain.uploads import Checksum
from killrvideo.features.uploads.under_way import Hand

SILENCE = 60.0
"""Seconds without a byte after which a connection counts as lost."""


class Arriving:
    def __init__(self, body: AsyncIterator[bytes], hand: Hand, checksum: Checksum | None) -> None:
        self._body = body
        self._hand = hand
        self._hash = hashlib.sha256() if checksum is None else checksum.hash()
        self._is_summed = checksum is not None
        self._left = b""
        self._coming: asyncio.Task[bytes | None] | None = None
        self._is_over = False
        self.was_taken = False
        """Whether it ended because a later request goes on with the upload."""

    async def read(self, most: int, until: float | None = None) -> bytes:
        """Some bytes, ``most`` at most; none at the end, or once the monotonic clock is at ``until``."""
        data = self._left or await self._next(until)
        self._left = data[most:]
        data = data[:most]
        if self._is_summed:
            self._hash.update(data)
        return data

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
            seconds = SILENCE if until is None else min(SILENCE, max(0.0, until - time.monotonic()))
            waiting: list[asyncio.Future[Any]] = [self._coming, self._hand.stop]
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self._coming.done():
                data, self._coming = self._coming.result(), None
                self._is_over = data is None
                if data:
                    return data
            elif self._hand.stop.done() or until is None:
                self._is_over, self.was_taken = True, self._hand.stop.done()
            elif time.monotonic() >= until:
                return b""
        return b""

    async def _pull(self) -> bytes | None:
        return await anext(self._body, None)
