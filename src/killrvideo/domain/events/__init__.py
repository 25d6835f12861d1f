"""What happened, in the past tense: the events that every write leaves in the outbox.

An event carries ids and states, never personal text, so that erasing a person needs no rewriting of
history. ``version`` is the aggregate's version after the change, by which a consumer can put events of one
aggregate in order.
"""

from killrvideo.domain.events.accounts import (
    AccessChanged,
    AccountErased,
    AccountEvent,
    AccountRegistered,
    PasswordChanged,
    ProfileChanged,
    SuspensionImposed,
    SuspensionLifted,
)
from killrvideo.domain.events.comments import (
    CommentEdited,
    CommentEvent,
    CommentHidden,
    CommentPosted,
    CommentPurged,
    CommentRestored,
)
from killrvideo.domain.events.event import Event, Origin, RequestKey
from killrvideo.domain.events.experiments import ExperimentChanged, ExperimentExposed
from killrvideo.domain.events.flags import ContentFlagged, FlagEvent, FlagMoved, FlagReasonRead
from killrvideo.domain.events.recorded import Recorded, UnknownEvent, catalogue
from killrvideo.domain.events.videos import (
    CaptionsChanged,
    RatingWithdrawn,
    VectorStored,
    VideoEdited,
    VideoEvent,
    VideoFailed,
    VideoHidden,
    VideoPublished,
    VideoPurged,
    VideoRated,
    VideoRestored,
    VideoRetried,
    VideoSubmitted,
    VideoViewed,
    WatchTimeReported,
)

__all__ = [
    "AccessChanged",
    "AccountErased",
    "AccountEvent",
    "AccountRegistered",
    "CaptionsChanged",
    "CommentEdited",
    "CommentEvent",
    "CommentHidden",
    "CommentPosted",
    "CommentPurged",
    "CommentRestored",
    "ContentFlagged",
    "Event",
    "ExperimentChanged",
    "ExperimentExposed",
    "FlagEvent",
    "FlagMoved",
    "FlagReasonRead",
    "Origin",
    "PasswordChanged",
    "ProfileChanged",
    "RatingWithdrawn",
    "Recorded",
    "RequestKey",
    "SuspensionImposed",
    "SuspensionLifted",
    "UnknownEvent",
    "VectorStored",
    "VideoEdited",
    "VideoEvent",
    "VideoFailed",
    "VideoHidden",
    "VideoPublished",
    "VideoPurged",
    "VideoRated",
    "VideoRestored",
    "VideoRetried",
    "VideoSubmitted",
    "VideoViewed",
    "WatchTimeReported",
    "catalogue",
]
