"""The front desk: all features as one frozen object, which the API and the workers are handed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from killrvideo.domain.events import RequestKey
from killrvideo.features.comments import Comments
from killrvideo.features.limits import Limits
from killrvideo.features.overview import Overview
from killrvideo.features.processing import Processing
from killrvideo.features.videos import Videos


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    comments: Comments
    limits: Limits
    overview: Overview
    processing: Processing
    videos: Videos
    done_before: Callable[[RequestKey], Awaitable[UUID | None]]
    """What an idempotency key made earlier, if it was used."""
    check: Callable[[], Awaitable[None]]
    """Returns when the house can serve; raises Unavailable."""
