"""Flags on content, what moderators do with them, and the trail that it leaves."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from killrvideo.domain.access import Caller
from killrvideo.domain.errors import FlagResolved, FlagTransition, InvalidText
from killrvideo.domain.ids import AccountId, AuditId, FlagId, VideoId
from killrvideo.domain.removals import ContentType

REASON_LONGEST = 500
NOTES_LONGEST = 1000
MASK = "•••"


class FlagReason(StrEnum):
    SPAM = "spam"
    INAPPROPRIATE = "inappropriate"
    HARASSMENT = "harassment"
    COPYRIGHT = "copyright"
    OTHER = "other"


class FlagStatus(StrEnum):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    REJECTED = "rejected"


TRANSITIONS: dict[FlagStatus, frozenset[FlagStatus]] = {
    FlagStatus.OPEN: frozenset({FlagStatus.UNDER_REVIEW, FlagStatus.APPROVED, FlagStatus.REJECTED}),
    FlagStatus.UNDER_REVIEW: frozenset({FlagStatus.APPROVED, FlagStatus.REJECTED}),
    FlagStatus.APPROVED: frozenset(),
    FlagStatus.REJECTED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    id: FlagId
    reporter_id: AccountId
    content_type: ContentType
    content_id: UUID
    video_id: VideoId
    """The flagged video, or the video of the flagged comment."""
    reason: FlagReason
    reason_text: str | None = None
    """The reporter's own words; masked for moderators until one asks to read them."""
    status: FlagStatus = FlagStatus.OPEN
    created_at: datetime
    updated_at: datetime
    moderator_id: AccountId | None = None
    moderator_notes: str | None = None
    resolved_at: datetime | None = None
    version: int = 1

    def moved(self, then: FlagStatus, by: AccountId, notes: str | None, at: datetime) -> "Flag":
        """The next version; without notes the present ones stay. Raises FlagResolved, FlagTransition."""
        check_transition(self.status, then)
        return replace(
            self,
            status=then,
            updated_at=at,
            moderator_id=by,
            moderator_notes=notes or self.moderator_notes,
            resolved_at=None if TRANSITIONS[then] else at,
            version=self.version + 1,
        )


def check_transition(now: FlagStatus, then: FlagStatus) -> None:
    """Raises FlagResolved at the end of the road, FlagTransition when the way is not allowed."""
    if not TRANSITIONS[now]:
        raise FlagResolved(f"This flag is already {now}; that is final.")
    if then not in TRANSITIONS[now]:
        allowed = ", ".join(sorted(TRANSITIONS[now]))
        raise FlagTransition(f"A flag that is {now} cannot become {then}; it can become: {allowed}.")


def clean_words(raw: str | None, longest: int, pointer: str) -> str | None:
    """A reason or a note as it is kept, None when blank; raises InvalidText."""
    words = (raw or "").strip()
    if len(words) > longest:
        raise InvalidText(f"This has at most {longest} characters, not {len(words)}.", pointer=pointer)
    return words or None


class AuditAction(StrEnum):
    FLAG_MOVED = "flag_moved"
    FLAG_REASON_READ = "flag_reason_read"
    CONTENT_REMOVED = "content_removed"
    CONTENT_RESTORED = "content_restored"
    CONTENT_EDITED = "content_edited"
    CONTENT_PURGED = "content_purged"
    ACCESS_CHANGED = "access_changed"
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_REINSTATED = "account_reinstated"
    ACCOUNT_ERASED = "account_erased"
    EXPERIMENT_CHANGED = "experiment_changed"
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an action


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to which thing. Never changed, never removed."""

    id: AuditId
    at: datetime
    actor_id: AccountId | None
    """None for the operator at the command line, and for what the house does by itself."""
    action: AuditAction
    target_type: str
    target_id: UUID
    detail: dict[str, str] = field(default_factory=dict)
    """What else is to be known: states and ids, and a moderator's reason; never what a user wrote."""
    correlation_id: str

    @classmethod
    def by(
        cls,
        caller: Caller,
        entry_id: UUID,
        at: datetime,
        action: AuditAction,
        target_type: str,
        target_id: UUID,
        **detail: str,
    ) -> "AuditEntry":
        """What this caller did."""
        return cls(
            id=AuditId(entry_id),
            at=at,
            actor_id=caller.account_id,
            action=action,
            target_type=target_type,
            target_id=target_id,
            detail=detail,
            correlation_id=caller.origin.correlation_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    action: AuditAction | None = None
    actor_id: AccountId | None = None
    target_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
