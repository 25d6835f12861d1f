"""The front desk: all features as one frozen object, which the API and the workers are handed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from killrvideo.domain.events import RequestKey
from killrvideo.features.access import Access
from killrvideo.features.comments import Comments
from killrvideo.features.flags import Flags
from killrvideo.features.limits import Limits
from killrvideo.features.moderation import Moderation
from killrvideo.features.overview import Overview
from killrvideo.features.processing import Processing
from killrvideo.features.purge import Purge
from killrvideo.features.videos import Videos


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    access: Access
    comments: Comments
    flags: Flags
    limits: Limits
    moderation: Moderation
    overview: Overview
    processing: Processing
    purge: Purge
    videos: Videos
    done_before: Callable[[RequestKey], Awaitable[UUID | None]]
    """What an idempotency key made earlier, if it was used."""
    generation: Callable[[], int | None]
    """A number that changes with every commit of any process; None where the store cannot tell."""
    check: Callable[[], Awaitable[None]]
    """Returns when the house can serve; raises Unavailable."""
