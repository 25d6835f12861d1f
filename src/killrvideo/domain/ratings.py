"""One to five stars, one rating for each account and video."""

from dataclasses import dataclass
from datetime import datetime

from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.videos import Totals

STARS = range(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    video_id: VideoId
    account_id: AccountId
    stars: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """All ratings of a video, and the caller's own if there is one."""

    totals: Totals
    own: int | None = None


def check_stars(stars: int) -> int:
    """The stars, if they are 1 to 5; raises InvalidInput."""
    if stars not in STARS:
        raise InvalidInput(
            f"A rating is a whole number from {STARS.start} to {STARS.stop - 1}.", pointer="/rating"
        )
    return stars
