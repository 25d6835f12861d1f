"""Soft deletion with causes: a thing shows only while no cause hides it.

Each cause comes and goes by itself. A comment that its author deleted stays deleted when its video is
restored, because those are two causes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum
from uuid import UUID

from killrvideo.domain.ids import AccountId


class Cause(IntFlag):
    """Why a thing is hidden; the sum of a thing's causes is kept beside it."""

    NONE = 0
    AUTHOR = 1
    MODERATION = 2
    ACCOUNT = 4
    """Its account is suspended with its content, or was erased."""

    @property
    def word(self) -> str:
        return (self.name or "none").lower()


class ContentType(StrEnum):
    VIDEO = "video"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One cause that hides one thing: by whom, when, why.

    A hidden video hides its comments without a removal of theirs.
    """

    content_type: ContentType
    content_id: UUID
    cause: Cause
    by: AccountId | None
    """None when the account that did it has been purged."""
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentOrder:
    """That all an account made is to be hidden by the cause ACCOUNT, or is to be so no longer."""

    account_id: AccountId
    hidden: bool
    by: AccountId | None = None
    at: datetime
    reason: str | None = None
    version: int = 1

    def removal_of(self, content_type: ContentType, content_id: UUID) -> Removal:
        """What hides one of the things."""
        return Removal(
            content_type=content_type,
            content_id=content_id,
            cause=Cause.ACCOUNT,
            by=self.by,
            at=self.at,
            reason=self.reason,
        )
