"""Hiding and showing all that an account made, seen through to its end in every store."""

from datetime import datetime, timedelta

from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId
from killrvideo.features.hiding import Hiding
from killrvideo.service_interfaces.storage import Storage
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.holding_still import START, ManualClock

LEASE = timedelta(seconds=30)


async def hide_all_of(
    storage: Storage,
    whose: Account,
    by: AccountId | None = None,
    at: datetime = START,
    reason: str | None = None,
) -> None:
    work = storage.begin("tests.hide_all", ORIGIN)
    storage.removals.hide_all_of(work, whose.id, by, at, reason)
    await work.commit()
    await carried_out(storage)


async def show_all_of(storage: Storage, whose: Account, at: datetime = START) -> None:
    work = storage.begin("tests.show_all", ORIGIN)
    storage.removals.show_all_of(work, whose.id, at)
    await work.commit()
    await carried_out(storage)


async def carried_out(storage: Storage, now: datetime = START) -> None:
    """Does the jobs that are due, where the store leaves it to jobs."""
    hiding = Hiding(storage, ManualClock(now), IDS)
    while (job := await storage.jobs.claim(now, LEASE)) is not None:
        await hiding.carry_out(job)
