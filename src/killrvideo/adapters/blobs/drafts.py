"""Blobs that are being written: in parts, of which few are in memory, and all or nothing in the end."""

import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

import obstore

from killrvideo.adapters.blobs.faults import asked
from killrvideo.domain.errors import Refusal

PART = 8 * 1024 * 1024
"""Bytes of one request that writes; S3 takes 10,000 parts of a blob, so 80 GB."""
PARTS_AT_ONCE = 2
"""On their way together; with the one that fills, a writer holds three parts in memory."""
LEFT_BEHIND = re.compile(r".+#\d+")
"""How the library names the file of a draft in a folder."""


class Draft:
    """Keeps BlobWriter; as a context manager it publishes at the end, or aborts after an exception."""

    def __init__(
        self,
        file: "obstore.AsyncWritableFile",
        key: str,
        seconds: float,
        flush: Callable[[str], Awaitable[None]],
    ) -> None:
        """``seconds`` are what one request may take, tries and all; ``flush`` makes what was written stay."""
        self._file = file
        self._key = key
        self._seconds = seconds
        self._flush = flush

    async def write(self, data: bytes) -> None:
        for start in range(0, len(data), PART):
            async with asked(self._key, self._seconds):
                await self._file.write(data[start : start + PART])

    async def __aenter__(self) -> "Draft":
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        if error is not None:
            await self._abort(error)
            return
        try:
            # The parts that are still on their way, and the request that joins them.
            async with asked(self._key, (PARTS_AT_ONCE + 2) * self._seconds):
                await self._file.close()
        except BaseException as failure:
            await self._abort(failure)
            raise
        await self._flush(self._key)

    async def _abort(self, error: BaseException) -> None:
        """What made it abort is told, not that a store which is away cannot be tidied either."""
        with suppress(Refusal):
            async with asked(self._key, self._seconds):
                await self._file.__aexit__(type(error), error, error.__traceback__)


def drafts_in(folder: Path, before: datetime) -> list[Path]:
    """Files of drafts that were last written before the instant."""
    found = []
    for path in folder.rglob("*#*"):
        with suppress(FileNotFoundError):
            if LEFT_BEHIND.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                found.append(path)
    return found


def remove_drafts(drafts: Iterable[Path]) -> int:
    """How many there were."""
    removed = 0
    for path in drafts:
        with suppress(FileNotFoundError):
            path.unlink()
            removed += 1
    return removed
