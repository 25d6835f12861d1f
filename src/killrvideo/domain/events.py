"""What happened, in the past tense: the events that every write leaves in the outbox.

An event carries ids and states, never personal text, so that erasing a person needs no rewriting of
history. ``version`` is the aggregate's version after the change, by which a consumer can put events of one
aggregate in order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.ids import AccountId, CommentId, EventId, ExperimentId, FlagId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """A client's Idempotency-Key: unique for the caller and the operation it was sent to."""

    owner: str
    """Who sent it: an account id, or a network address for a reader who is not signed in."""
    operation: str
    key: str
    fingerprint: str
    """Digest of the request, so that a key reused for another request is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a change comes from; it stands on every event, job and audit entry."""

    correlation_id: str
    actor_id: AccountId | None = None
    causation_id: str | None = None
    """The id of the event or job that led to this, if no reader did."""
    trace_parent: str | None = None
    """W3C Trace Context ``traceparent``, if the caller sent one."""
    request_key: RequestKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Subclasses name it and add what it says."""

    schema_version: ClassVar[int] = 1
    aggregate: ClassVar[str]

    version: int = 1

    @property
    def aggregate_id(self) -> UUID:
        raise TypeError(f"{type(self).__name__} names no aggregate")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEvent(Event):
    aggregate: ClassVar[str] = "video"
    video_id: VideoId

    @property
    def aggregate_id(self) -> UUID:
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSubmitted(VideoEvent):
    """Somebody gave the address of a video; what it shows is not known yet."""

    uploader_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPublished(VideoEvent):
    """The video became READY: it can be watched and found from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFailed(VideoEvent):
    """A step of processing was given up; the owner can try it again."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRetried(VideoEvent):
    """The owner had a step of processing tried again."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEdited(VideoEvent):
    """Title, description, tags or another detail changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoHidden(VideoEvent):
    """The video shows no more, for one more cause."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRestored(VideoEvent):
    """One cause that hid the video is gone; it shows if no other is left."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPurged(VideoEvent):
    """The video is gone for good, with what belonged to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoViewed(VideoEvent):
    """Somebody began to watch."""

    viewer_id: AccountId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRated(VideoEvent):
    """Somebody gave stars, for the first time or others than before."""

    account_id: AccountId
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingWithdrawn(VideoEvent):
    """Somebody took their stars back."""

    account_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimeReported(VideoEvent):
    """A player told how long somebody watched."""

    account_id: AccountId
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStored(VideoEvent):
    """The video's vector of a model was stored or replaced."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionsChanged(VideoEvent):
    """Captions of a language came, were replaced or were taken away."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEvent(Event):
    aggregate: ClassVar[str] = "comment"
    comment_id: CommentId
    video_id: VideoId

    @property
    def aggregate_id(self) -> UUID:
        return self.comment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPosted(CommentEvent):
    """Somebody commented on a video."""

    author_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited(CommentEvent):
    """The author changed the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHidden(CommentEvent):
    """The comment shows no more, for one more cause."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRestored(CommentEvent):
    """One cause that hid the comment is gone; it shows if no other is left."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPurged(CommentEvent):
    """The comment is gone for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(Event):
    aggregate: ClassVar[str] = "account"
    account_id: AccountId

    @property
    def aggregate_id(self) -> UUID:
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRegistered(AccountEvent):
    """An account was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(AccountEvent):
    """The first or the last name changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AccountEvent):
    """The account has another password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(AccountEvent):
    """Roles or single scopes were granted or revoked."""

    roles: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionImposed(AccountEvent):
    """The account cannot sign in any more; its content may be hidden with it."""

    content_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted(AccountEvent):
    """The account can sign in again, and what was hidden with it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased(AccountEvent):
    """The account is gone, with everything that says who it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEvent(Event):
    aggregate: ClassVar[str] = "flag"
    flag_id: FlagId

    @property
    def aggregate_id(self) -> UUID:
        return self.flag_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFlagged(FlagEvent):
    """Somebody reported a video or a comment."""

    content_type: str
    content_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagMoved(FlagEvent):
    """A moderator took the report on, or decided it."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagReasonRead(FlagEvent):
    """A moderator read the masked reason in clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentChanged(Event):
    """An experiment was made, started, ramped, stopped or described anew."""

    aggregate: ClassVar[str] = "experiment"
    experiment_id: ExperimentId
    key: str
    state: str

    @property
    def aggregate_id(self) -> UUID:
        return self.experiment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentExposed(Event):
    """Somebody met an arm of an experiment for the first time in its round."""

    aggregate: ClassVar[str] = "exposure"
    exposure_id: UUID
    experiment_id: ExperimentId
    key: str
    round: int
    account_id: AccountId
    arm: str
    exposed_at: datetime
    """A moment before it is written down."""

    @property
    def aggregate_id(self) -> UUID:
        return self.exposure_id


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """Stands for an event that this version of the code cannot read: a newer one wrote it.

    It is never published, and not in the catalogue.
    """

    aggregate: ClassVar[str] = "unknown"
    name: str
    subject: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.subject


def catalogue() -> dict[str, type[Event]]:
    """Every concrete event type by its name: what a stored event is read back with."""

    def concrete(kind: type[Event]) -> dict[str, type[Event]]:
        # A dataclass with slots is made anew; the class that it replaces can linger without them.
        below = [child for child in kind.__subclasses__() if "__slots__" in vars(child)]
        if not below:
            return {kind.__name__: kind}
        return {name: found for child in below for name, found in concrete(child).items()}

    return {name: kind for name, kind in concrete(Event).items() if kind is not UnknownEvent}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as the outbox holds it: with its identity, its instant and its origin."""

    event_id: EventId
    event: Event
    occurred_at: datetime
    origin: Origin

    @property
    def type(self) -> str:
        return type(self.event).__name__
