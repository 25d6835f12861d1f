"""A film's way through a house: uploaded to an empty store and folder, then step by step."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from benchmarks.transcoding.costs import Cost
from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.events import Origin
from killrvideo.domain.jobs import JobState
from killrvideo.domain.processing import STEP_OF, Step
from killrvideo.features.accounts import Registration
from killrvideo.features.uploads import Announced, Chunk
from killrvideo.observability.logging import set_up_logging

LEASE = timedelta(hours=1)
PIECE = 1 << 20


async def through_the_house(film: Path, folder: Path) -> dict[Step, Cost]:
    """What each step costs up to the last of the streams. Raises RuntimeError where one fails."""
    settings = load_settings({"data_dir": folder, "speech_model": "off"}, env_file=None)
    set_up_logging("warning", "console")
    async with build(settings).opened(workers=False) as house:
        await _upload(house, film)
        costs: dict[Step, Cost] = {}
        while Step.TRANSCODE not in costs:
            step, cost = await _next_step(house)
            costs[step] = cost
        return costs


async def _upload(house: House, film: Path) -> None:
    creator = await _somebody(house)
    size = (await asyncio.to_thread(film.stat)).st_size
    upload = await house.application.uploads.begin(creator, Announced(length=size))
    chunk = Chunk(offset=0, body=_bytes_of(film), size=size)
    await house.application.uploads.append(creator, upload.id, chunk)


async def _somebody(house: House) -> Caller:
    origin = Origin(correlation_id="benchmark")
    person = Registration(
        first_name="Film", last_name="Maker", email="film@bench.example", password=str(uuid4())
    )
    signed_in = await house.application.accounts.register(Caller(origin=origin), person)
    return Caller(origin=origin, account_id=signed_in.account.id, scopes=frozenset(Scope))


async def _bytes_of(film: Path) -> AsyncIterator[bytes]:
    """Piece by piece: what is measured is not how large a film is."""
    with await asyncio.to_thread(film.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _next_step(house: House) -> tuple[Step, Cost]:
    job = await house.storage.jobs.claim(house.foundations.clock.now(), LEASE)
    if job is None:
        raise RuntimeError("There is no step left, and there are no streams.")
    before = Cost.until_now()
    state = await house.application.steps.run(job, _nobody)
    if state is not JobState.DONE:
        raise RuntimeError(f"{job.kind} ended as {state}.")
    return STEP_OF[job.kind], Cost.until_now().since(before)


def _nobody(_: float) -> None:
    """Listens to no progress."""
