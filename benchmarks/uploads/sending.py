"""One file, sent over a line that breaks again and again, by a client that knows only the protocol."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.uploads.lines import Break, Lines

UPLOADS = "/api/v1/uploads"
CHUNKS = range(64 * 1024, 4 * 1024 * 1024)
"""Bytes of a chunk."""
DAMAGED = 0.1
"""Share of the chunks with a checksum that are damaged on their way."""
SUMMED = 0.5
AGAIN = (OSError, TimeoutError)
"""What is tried again: the server may be away."""
TRIES = 600
PAUSE = 0.1
"""Seconds."""


@dataclass(slots=True)
class Tally:
    """Bytes of one upload, or of several together, and what befell them."""

    size: int = 0
    sent: int = 0
    broken: int = 0
    """Sent in chunks that were cut off or damaged: these may have to be sent again."""
    cuts: int = 0
    damages: int = 0
    refusals: int = 0
    """Answers 409 and 423: another request was still at it."""

    @property
    def again(self) -> int:
        """Sent more than once."""
        return self.sent - self.size

    @property
    def share_above(self) -> float:
        """What was sent again beyond the chunks that were cut off or damaged, as a share of the files."""
        return max(0, self.again - self.broken) / self.size if self.size else 0.0

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


class Sender:
    def __init__(self, lines: Lines, token: str, data: bytes, cuts: int, chance: Random) -> None:
        self._lines = lines
        self._headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
        self._data = data
        self._chance = chance
        self._cuts = sorted(chance.randrange(1, len(data)) for _ in range(cuts))
        self.tally = Tally(size=len(data))
        self.path = ""

    @property
    def upload_id(self) -> str:
        return self.path.rpartition("/")[2]

    async def send(self) -> Tally:
        """Raises RuntimeError for an answer that the protocol does not have there."""
        name = base64.b64encode(b"film.mp4").decode()
        told = {"Upload-Length": str(len(self._data)), "Upload-Metadata": f"filename {name}"}
        self.path = (await self._surely("POST", UPLOADS, told)).get("location", "")
        offset = 0
        while offset < len(self._data):
            offset = await self._send_from(offset)
        return self.tally

    async def _send_from(self, offset: int) -> int:
        """Sends a chunk, as far as the line holds; where the upload is then."""
        chunk = self._data[offset : offset + self._chance.choice(CHUNKS)]
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        is_summed = self._chance.random() < SUMMED
        if is_summed:
            digest = hashlib.sha1(chunk, usedforsecurity=False).digest()
            headers["Upload-Checksum"] = f"sha1 {base64.b64encode(digest).decode()}"
        while self._cuts and self._cuts[0] <= offset:
            self._cuts.pop(0)  # It stands in what an earlier break left.
        if self._cuts and self._cuts[0] < offset + len(chunk):
            return await self._broken(headers, chunk, self._cuts.pop(0) - offset)
        if is_summed and self._chance.random() < DAMAGED:
            return await self._damaged(headers, chunk, offset)
        return await self._whole(headers, chunk)

    async def _broken(self, headers: Mapping[str, str], chunk: bytes, after: int) -> int:
        how = self._chance.choice([*Break])
        try:
            sent = await self._lines.ask_and_break("PATCH", self.path, self._all(headers), chunk, after, how)
        except AGAIN:
            sent = 0
        self.tally.cuts += 1
        self._count(sent, broken=True)
        return await self._offset()

    async def _damaged(self, headers: Mapping[str, str], chunk: bytes, offset: int) -> int:
        spoilt = bytearray(chunk)
        spoilt[self._chance.randrange(len(chunk))] ^= 1 << self._chance.randrange(8)
        self.tally.damages += 1
        self._count(len(chunk), broken=True)
        try:
            answer = await self._lines.ask("PATCH", self.path, self._all(headers), bytes(spoilt))
        except AGAIN:
            return await self._offset()
        if answer.status == 460:
            return offset
        return await self._after(answer.status)

    async def _whole(self, headers: Mapping[str, str], chunk: bytes) -> int:
        before = self._lines.sent
        try:
            answer = await self._lines.ask("PATCH", self.path, self._all(headers), chunk)
        except AGAIN:
            self._count(min(len(chunk), self._lines.sent - before), broken=True)
            return await self._offset()
        self._count(len(chunk), broken=False)
        return (
            int(answer.headers["upload-offset"]) if answer.status == 204 else await self._after(answer.status)
        )

    async def _after(self, status: int) -> int:
        if status not in {409, 423, 503}:
            raise RuntimeError(f"A chunk was answered with {status}.")
        self.tally.refusals += 1
        return await self._offset()

    async def _offset(self) -> int:
        return int((await self._surely("HEAD", self.path, {}))["upload-offset"])

    async def _surely(self, method: str, path: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Asks until there is an answer."""
        for _ in range(TRIES):
            try:
                answer = await self._lines.ask(method, path, self._all(headers))
            except AGAIN:
                await asyncio.sleep(PAUSE)
                continue
            if answer.status < 300:
                return answer.headers
            if answer.status not in {423, 503}:
                raise RuntimeError(f"{method} {path} was answered with {answer.status}.")
            await asyncio.sleep(PAUSE)
        raise RuntimeError(f"{method} {path} was not answered.")

    def _all(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {**self._headers, **headers}

    def _count(self, sent: int, *, broken: bool) -> None:
        self.tally.sent += sent
        self.tally.broken += sent if broken else 0
