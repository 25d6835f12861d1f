"""The unit of work: what one request changes, applied together or not at all."""

from typing import Protocol
from uuid import UUID

from killrvideo.domain.events import Event, Origin


class UnitOfWork(Protocol):
    """Collects changes; nothing is written before `commit`, and then all of it is, with its events.

    Store verbs that take a unit only add to it. Where one says that it raises (a taken e-mail address, a
    stale version), the check is made and the refusal raised by `commit`, and then nothing was written.

    A back end without transactions across partitions makes the checks one after the other, in the order in
    which they were added, and then writes the rest at once; what a crash in between leaves of the first
    ones, its repair completes or takes back.
    """

    @property
    def origin(self) -> Origin: ...

    def publish(self, event: Event) -> None:
        """Leaves the event in the outbox, in the same write as the state that it tells of."""
        ...

    def made(self, subject: UUID) -> None:
        """Names what the request creates: what a repeat with the same idempotency key is answered with."""
        ...

    def unmade(self, subject: UUID) -> None:
        """Says that what the request had made is taken back: a repeat with the same key begins anew."""
        ...

    async def commit(self) -> None:
        """Applies everything durably; raises what the collected checks raise, AlreadyDone, or Unavailable."""
        ...
