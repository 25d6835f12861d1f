"""A server that takes in films and makes streams of them is killed again and again: nothing is lost or hangs.

Each run prints what it saw. ``KILLRVIDEO_FILM_KILLS`` says how often, ``KILLRVIDEO_CRASH_SEED`` from what the
moments are drawn.
"""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic

import httpx2
import pytest

from killrvideo.bootstrap import build
from killrvideo.settings.sources import load_settings
from tests.api.town import API, ORIGIN
from tests.clips import Clips
from tests.crash.extent import FILM_KILLS, SEED
from tests.crash.film_sender import Film, FilmSender
from tests.crash.film_store import FilmStore
from tests.crash.polling import until
from tests.crash.processes import Process, serving
from tests.crash.voice import Site
from tests.holding_still import ManualClock

SETTINGS = {"job_lease_seconds": "3"}
"""So that what a killed worker had is taken up soon."""
KILLS_A_FILM = 8
WITHIN = 60.0
"""Seconds after the last start in which every film is finished."""
LONGEST_LIFE = 6.0
"""Seconds until a kill, at most: in so many every step of a film is met."""


class FilmStorm:
    def __init__(self, folder: Path, sender: FilmSender, site: Site, films: list[Film]) -> None:
        self.kills = 0
        self.seconds_to_quiet = 0.0
        self.films = films
        self._folder = folder
        self._site = site
        self._sender = sender
        self._rng = Random(SEED)
        self._store = FilmStore(folder)

    async def rage(self) -> None:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self._send_all())
            while self.kills < FILM_KILLS:
                await self._kill_at_work()
            async with self._serving():
                await sending
        began = monotonic()
        async with self._serving():
            await until(self._all_is_finished, within=WITHIN)
        self.seconds_to_quiet = monotonic() - began

    async def sweep(self) -> None:
        """What `killrvideo sweep --yes --adopt` does, in the eyes of somebody who comes days later."""
        clock = ManualClock(datetime.now(UTC) + timedelta(days=4))
        settings = load_settings({"data_dir": self._folder, "workers": False}, env_file=None)
        async with build(settings, clock=clock).opened(workers=False) as house:
            await house.application.housekeeping.marks.adopt()
            await house.application.uploads.removing.sweep(ORIGIN)
            await house.application.housekeeping.sweep(removes=True)

    async def _send_all(self) -> None:
        for film in self.films:
            await self._sender.send(film)

    async def _kill_at_work(self) -> None:
        async with self._serving() as server:
            # Nothing waits for this: it is what makes the kill come when nobody expects it.
            await asyncio.sleep(self._rng.uniform(0, LONGEST_LIFE))
            await server.kill()
        self.kills += 1

    async def _all_is_finished(self) -> bool:
        states = self._store.states()
        return sum(states.values()) == len(self.films) and set(states) <= {"READY", "ERROR"}

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[Process]:
        async with serving(self._folder, **SETTINGS) as (server, address):
            await self._site.move_to(address)
            yield server


@pytest.fixture
async def storm(tmp_path: Path, clips: Clips) -> AsyncIterator[FilmStorm]:
    clips_of_all_kinds = [clips.plain(), clips.sound_only(), clips.upright(), clips.flash(), clips.odd()]
    count = max(2, FILM_KILLS // KILLS_A_FILM)
    chosen = [clips_of_all_kinds[number % len(clips_of_all_kinds)] for number in range(count)]
    films = [Film(clip.read_bytes()) for clip in chosen]
    site = Site()
    sender = FilmSender(site, await a_creator(tmp_path), Random(f"{SEED}-sender"))
    yield FilmStorm(tmp_path, sender, site, films)
    await sender.close()
    assert sender.lost == []


async def a_creator(folder: Path) -> dict[str, str]:
    """The headers of somebody who may upload films."""
    body = {"firstName": "Ada", "lastName": "Films", "email": "ada@example.com", "password": "long enough 1"}
    async with serving(folder) as (_, address), httpx2.AsyncClient(base_url=address) as client:
        answer = await client.post(f"{API}/users/register", json=body)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.timeout(300 + 30 * FILM_KILLS)
async def test_no_film_is_lost_or_left_hanging(storm: FilmStorm, tmp_path: Path) -> None:
    await storm.rage()
    await storm.sweep()

    store = FilmStore(tmp_path)
    sent = sum(film.sent for film in storm.films)
    whole = sum(len(film.data) for film in storm.films)
    orphans, missing = await store.orphans(), await store.missing()
    sys.stdout.write(
        f"\nseed {SEED}: {storm.kills} kills; {len(storm.films)} films, {whole:,} bytes, {sent:,} sent; "
        f"{store.states()}, finished {storm.seconds_to_quiet:.1f} s after the last start; "
        f"{len(orphans)} orphans, {len(missing)} missing, {len(store.published_twice())} published twice\n"
    )
    for film in storm.films:
        assert await store.digest_of(film.video_id) == hashlib.sha256(film.data).hexdigest()
    assert store.failed() == []
    assert (orphans, missing, store.published_twice()) == ([], [], [])
