"""What an event is, and where a change comes from."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.ids import AccountId


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
