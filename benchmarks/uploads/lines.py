"""HTTP over lines that break where they are told to."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

PATIENCE = 60.0
PIECE = 64 * 1024
AT_ONCE = struct.pack("ii", 1, 0)
"""The option of a socket by which closing it resets the connection."""


class Break(StrEnum):
    CLOSED = "closed"
    """Orderly, in the middle of a body."""
    RESET = "reset"
    """What is under way is lost."""
    SILENT = "silent"
    """It stays open, and nothing comes any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By names in small letters."""


class Lines:
    """Each request has a connection of its own."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self.sent = 0
        """Bytes of bodies that were handed to the network."""
        self._silent: list[asyncio.StreamWriter] = []

    async def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        size: int | None = None,
    ) -> Answer:
        """Raises OSError where the line breaks from the other side. ``size`` is what is said of the body."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._send(writer, method, path, headers, body, len(body) if size is None else size)
                return await _answer(reader)
        except asyncio.IncompleteReadError:
            raise ConnectionResetError from None
        finally:
            writer.close()

    async def ask_and_break(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, after: int, how: Break
    ) -> int:
        """Sends so many bytes of the body and breaks the line; how many the network took."""
        _, writer = await asyncio.open_connection(self._host, self._port)
        before = self.sent
        try:
            async with asyncio.timeout(PATIENCE):
                await self._send(writer, method, path, headers, body[:after], len(body))
        except OSError:
            how = Break.RESET
        self._leave(writer, how)
        return self.sent - before

    def close(self) -> None:
        for writer in self._silent:
            writer.close()

    def _leave(self, writer: asyncio.StreamWriter, how: Break) -> None:
        if how is Break.SILENT:
            self._silent.append(writer)
            return
        if how is Break.RESET:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()
        writer.close()

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        size: int,
    ) -> None:
        told = {"Host": f"{self._host}:{self._port}", "Content-Length": str(size), **headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        for start in range(0, len(body), PIECE):
            piece = body[start : start + PIECE]
            writer.write(piece)
            self.sent += len(piece)
            await writer.drain()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    return Answer(int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs})
