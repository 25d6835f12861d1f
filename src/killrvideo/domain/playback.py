"""Views and watch time: rows that are only ever added."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.ids import AccountId, VideoId, ViewId
from killrvideo.domain.videos import Video

TREND_DAYS = range(1, 31)
WATCH_LONGEST = 24 * 60 * 60
"""Seconds that one report of watch time can be worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    id: ViewId
    video_id: VideoId
    viewer_id: AccountId | None
    """None for a reader who was not signed in, or whose account was erased."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTime:
    id: ViewId
    video_id: VideoId
    viewer_id: AccountId | None
    """None once the account was erased."""
    seconds: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Trending:
    """A video and the views that rank it."""

    video: Video
    views_in_interval: int


def interval_start(now: datetime, days: int) -> datetime:
    """Views are ranked by the hour: the interval starts at the full hour ``days`` before now."""
    return (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def check_watched(seconds: int) -> int:
    """The seconds of one report, if they can be true; raises InvalidInput."""
    if not 1 <= seconds <= WATCH_LONGEST:
        raise InvalidInput(
            f"One report of watch time is worth 1 to {WATCH_LONGEST} whole seconds.",
            pointer="/watch_duration_seconds",
        )
    return seconds
