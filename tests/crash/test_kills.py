"""A server under load is killed again and again at random moments: nothing that was acknowledged is lost.

Each run prints what it saw. ``KILLRVIDEO_KILLS`` says how often, ``KILLRVIDEO_CRASH_SEED`` from what the
load and the moments are drawn.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import apsw
import pytest

from killrvideo.bootstrap.stores import STORE_FILE
from tests.crash.clients import Client
from tests.crash.extent import KILLS, SEED
from tests.crash.polling import until
from tests.crash.processes import Process, running, serving
from tests.crash.soundness import faults
from tests.crash.voice import City
from tests.stand_ins.youtube import youtube_stand_in

CLIENTS = 6
FOR_ALL = 5
"""Videos that everybody writes about."""
STATES = "SELECT status, count(*) FROM videos WHERE causes = 0 GROUP BY status"
FAILED = """
SELECT id FROM videos WHERE causes = 0 AND status = 'ERROR' AND youtube_id NOT GLOB 'GONE_*'
"""
WITHIN = 60.0
"""Seconds after the last start in which every video is finished."""


class Storm:
    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.city = City()
        self.kills = 0
        self.seconds_to_quiet = 0.0
        self._folder = folder
        self._settings = settings
        self._rng = Random(SEED)
        self._author = Client(self.city, "author", Random(f"{SEED}-author"))
        names = [f"client{number}" for number in range(CLIENTS)]
        self._clients = [Client(self.city, name, Random(f"{SEED}-{name}")) for name in names]

    async def rage(self) -> None:
        await self._prepare()
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(client.live()) for client in self._clients]
            while self.kills < KILLS:
                await self._kill_at_work()
                if self._rng.random() < 0.2:
                    await self._kill_at_start()
            await self._calm_down(lives)

    async def _prepare(self) -> None:
        async with self._serving():
            await self._author.arrive()
            for _ in range(FOR_ALL):
                await self._author.submit_for_all()
            await until(self._author.sees_its_videos_finished)

    async def _kill_at_work(self) -> None:
        async with self._serving() as server:
            await self._some_writes(self._rng.randint(1, 80))
            await self._any_moment(0.05)
            await server.kill()
        self.kills += 1

    async def _kill_at_start(self) -> None:
        async with running(self._folder, "serve", "--port", "0", **self._settings) as server:
            await self._any_moment(2)
            await server.kill()
        self.kills += 1

    async def _calm_down(self, lives: Sequence[asyncio.Task[None]]) -> None:
        began = monotonic()
        async with self._serving():
            await self._some_writes(50)
            self.city.closing = True
            await asyncio.wait(lives)
            for client in (self._author, *self._clients):
                await until(client.sees_its_videos_finished, within=WITHIN - (monotonic() - began))
            self.seconds_to_quiet = monotonic() - began

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[Process]:
        async with serving(self._folder, **self._settings) as (server, address):
            await self.city.site.move_to(address)
            yield server

    async def _some_writes(self, number: int) -> None:
        journal = self.city.journal
        enough = journal.acknowledged + number

        async def there_are_enough() -> bool:
            return journal.acknowledged >= enough

        await until(there_are_enough)

    async def _any_moment(self, longest: float) -> None:
        """Nothing waits for this: it is what makes the kill come when nobody expects it."""
        await asyncio.sleep(self._rng.uniform(0, longest))

    async def close(self) -> None:
        for client in (self._author, *self._clients):
            await client.voice.close()


@pytest.fixture
async def storm(tmp_path: Path) -> AsyncIterator[Storm]:
    with youtube_stand_in() as youtube:
        storm = Storm(tmp_path, {"youtube_base_url": youtube.base_url})
        yield storm
        await storm.close()


@pytest.mark.timeout(300 + 30 * KILLS)
async def test_nothing_that_was_acknowledged_is_lost(storm: Storm, tmp_path: Path) -> None:
    await storm.rage()

    journal, states = storm.city.journal, ask(tmp_path, STATES)
    lost = list(journal.lost(tmp_path))
    sys.stdout.write(
        f"\nseed {SEED}: {storm.kills} kills; writes: {journal.acknowledged} acknowledged, "
        f"{journal.in_doubt} times in doubt, {journal.refused} refused; {len(lost)} of "
        f"{len(journal.possible)} facts lost; videos: {dict(states)}, finished within "
        f"{storm.seconds_to_quiet:.1f} s\n"
    )
    assert lost == []
    assert journal.unexpected == []
    assert faults(tmp_path, at_rest=True) == []
    assert {state for state, _ in states} <= {"READY", "ERROR"}
    assert ask(tmp_path, FAILED) == []


def ask(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(apsw.Connection(str(folder / STORE_FILE))) as connection:
        return connection.execute(statement).fetchall()
