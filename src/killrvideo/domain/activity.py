"""What a person did lately: views, comments and ratings of the last 30 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId

KEPT_FOR = timedelta(days=30)


class ActivityKind(StrEnum):
    VIEW = "view"
    COMMENT = "comment"
    RATE = "rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    id: ActivityId
    account_id: AccountId
    kind: ActivityKind
    video_id: VideoId
    comment_id: CommentId | None = None
    """The comment, for the kind COMMENT: the entry hides with it."""
    at: datetime
