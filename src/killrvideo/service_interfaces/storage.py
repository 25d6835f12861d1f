"""The stores of one back end as one, and the unit of work that changes them together."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from killrvideo.domain.errors import StaleVersion, Unavailable
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.service_interfaces.accounts import AccountStore, SessionStore
from killrvideo.service_interfaces.activity import ActivityStore
from killrvideo.service_interfaces.captions import CaptionStore
from killrvideo.service_interfaces.comments import CommentStore
from killrvideo.service_interfaces.events import Outbox
from killrvideo.service_interfaces.experiments import ExperimentStore
from killrvideo.service_interfaces.jobs import JobQueue
from killrvideo.service_interfaces.learning import LearnedModels
from killrvideo.service_interfaces.limits import RateLimiter
from killrvideo.service_interfaces.media import MediaStore
from killrvideo.service_interfaces.moderation import AuditStore, FlagStore
from killrvideo.service_interfaces.moving import Holdings
from killrvideo.service_interfaces.passages import PassageIndex
from killrvideo.service_interfaces.playback import PlaybackStore
from killrvideo.service_interfaces.ratings import RatingStore
from killrvideo.service_interfaces.removals import RemovalStore
from killrvideo.service_interfaces.search import SearchIndex
from killrvideo.service_interfaces.taste import TasteStore
from killrvideo.service_interfaces.turns import Turns
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.uploads import UploadStore
from killrvideo.service_interfaces.vectors import VectorIndex
from killrvideo.service_interfaces.videos import VideoStore

T = TypeVar("T")

ATTEMPTS = 12
"""How often a change is tried when somebody else is faster each time."""
PAUSE = 0.005
"""Seconds between attempts, at most; each further pause may be twice as long, to a half second."""


class Storage(Protocol):
    """Everything that one back end keeps.

    What one thing says of itself (its views, its ratings) is exact, and shows what was just written, in every
    back end. Counts of many things and totals of lists are so in the embedded one; a distributed one may let
    them lag, by a bound that it states.
    """

    @property
    def accounts(self) -> AccountStore: ...
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def videos(self) -> VideoStore: ...
    @property
    def comments(self) -> CommentStore: ...
    @property
    def ratings(self) -> RatingStore: ...
    @property
    def playback(self) -> PlaybackStore: ...
    @property
    def activity(self) -> ActivityStore: ...
    @property
    def removals(self) -> RemovalStore: ...
    @property
    def flags(self) -> FlagStore: ...
    @property
    def audit(self) -> AuditStore: ...
    @property
    def experiments(self) -> ExperimentStore: ...
    @property
    def search(self) -> SearchIndex: ...
    @property
    def vectors(self) -> VectorIndex: ...
    @property
    def captions(self) -> CaptionStore: ...
    @property
    def passages(self) -> PassageIndex: ...
    @property
    def uploads(self) -> UploadStore: ...
    @property
    def media(self) -> MediaStore: ...
    @property
    def taste(self) -> TasteStore: ...
    @property
    def learned(self) -> LearnedModels: ...
    @property
    def jobs(self) -> JobQueue: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def limits(self) -> RateLimiter: ...
    @property
    def holdings(self) -> Holdings: ...

    def begin(self, name: str, origin: Origin) -> UnitOfWork:
        """An empty unit of work. ``name`` says what it does (``comments.post``), for logs and failpoints."""
        ...

    async def done_before(self, key: RequestKey) -> UUID | None:
        """What the idempotency key made earlier; raises RequestKeyReused for another request's key."""
        ...

    def generation(self) -> int | None:
        """A number that changes with every commit, by this or another process; None where it is not known.

        Cheap enough to be asked at every request.
        """
        ...

    async def check(self) -> None:
        """Returns when the store answers; raises Unavailable."""
        ...

    async def tend(self) -> None:
        """What the store does for itself now and then, in any number of processes: finish what a crash left
        in between, sum up what was counted.
        """
        ...

    async def purge(self, *, keys_before: datetime, counts_before: datetime) -> int:
        """Drops idempotency keys that were served before the one instant, and counts of requests in windows
        that began before the other; how many there were.
        """
        ...


async def checked(check: Awaitable[object], read: Awaitable[T]) -> T:
    """What is read, asked for at the same time as whether it may be; what ``check`` raises comes first."""
    verdict, found = await asyncio.gather(check, read, return_exceptions=True)
    if isinstance(verdict, BaseException):
        raise verdict
    if isinstance(found, BaseException):
        raise found
    return found


_overtaken = Turns()


async def until_fresh(
    thing: UUID | str,
    attempt: Callable[[], Awaitable[T]],
    overtaken: tuple[type[Exception], ...] = (StaleVersion,),
) -> T:
    """Runs a read-change-commit again while somebody else is faster; raises Unavailable in the end, since
    whoever named no version is not told that it is stale. ``overtaken`` are the exceptions that say so.

    Those of one process that were overtaken at the same ``thing`` try again one after the other. Of attempts
    inside attempts each is at another thing.
    """
    with suppress(*overtaken):
        return await attempt()
    async with _overtaken.of(str(thing)):
        for number in range(1, ATTEMPTS):
            with suppress(*overtaken):
                return await attempt()
            await asyncio.sleep(random.uniform(0, min(PAUSE * 2**number, 0.5)))
    raise Unavailable("Too many change this at once. Try again in a moment.")
