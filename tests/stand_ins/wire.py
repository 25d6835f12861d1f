"""The wire between a program and a server on loopback, which a test can cut, or let hang."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wire:
    """Listens on a free port and carries bytes both ways while it is whole."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Future[tuple[None, None]]] = set()
        self.port = 0

    async def lay(self) -> None:
        """Listens, on the same port as before if it was cut."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Every connection is lost, and new ones are refused, until it is laid again."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._carriers)

    def hang(self) -> None:
        """Connections stay and are accepted, and nothing arrives."""
        self._whole.clear()

    def go_on(self) -> None:
        self._whole.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._ends |= ends
        carrier = asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        self._carriers.add(carrier)
        await carrier
        self._carriers.discard(carrier)
        self._ends -= ends

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Until either end closes, and then both do."""
        with suppress(OSError):
            while data := await source.read(65536):
                await self._whole.wait()
                target.write(data)
                await target.drain()
        target.transport.abort()


@asynccontextmanager
async def wire_to(host: str, port: int) -> AsyncIterator[Wire]:
    wire = Wire(host, port)
    await wire.lay()
    try:
        yield wire
    finally:
        wire.go_on()
        await wire.cut()
