"""Signals between floors: no reader sees them."""

from uuid import UUID


class AlreadyDone(Exception):
    """The unit of work's idempotency key was committed before; ``subject`` is what it made."""

    def __init__(self, subject: UUID) -> None:
        super().__init__(str(subject))
        self.subject = subject


class RefreshReused(Exception):
    """A refresh token was presented after its successor had been used."""


class AlreadyExposed(Exception):
    """The account was exposed to this round of the experiment before, or was erased: nothing is written."""


class TextsChanged(Exception):
    """What passages were made of is not what the video says any more: they are not to be stored."""


class LeaseLost(Exception):
    """The job's lease epoch moved on: whoever holds the old one must stop without a trace."""
