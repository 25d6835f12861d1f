"""A server in a process of its own, which is killed now and then and comes back at the same port."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random

from benchmarks.servers import free_port

PATIENCE = 60.0
BETWEEN_KILLS = (1.0, 4.0)
"""Seconds."""


class Server:
    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.deaths = 0
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns once it answers; raises RuntimeError if it does not."""
        command = [sys.executable, "-m", "killrvideo", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen, command, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        async with asyncio.timeout(PATIENCE):
            while not await _answers(self.port):
                if self._process.poll() is not None:
                    raise RuntimeError(f"The server stopped at once:\n{self._log.read_text()}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """As ``kill -9`` does."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def die_now_and_then(self, chance: Random) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(chance.uniform(*BETWEEN_KILLS))
            await self.kill()
            self.deaths += 1
            await self.start()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def mortal_server(
    environment: Mapping[str, str], log: Path, chance: Random, *, dies: bool
) -> AsyncIterator[Server]:
    """Killed for good at the end."""
    server = Server(environment, log)
    await server.start()
    death = asyncio.create_task(server.die_now_and_then(chance)) if dies else None
    try:
        yield server
    finally:
        if death is not None:
            death.cancel()
            with suppress(asyncio.CancelledError):
                await death
        await server.kill()
