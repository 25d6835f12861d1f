"""Time and identity are given to the features, so that tests can hold both still."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant in UTC, in whole milliseconds."""
        ...


class IdSource(Protocol):
    def new(self) -> UUID:
        """A fresh UUIDv7 (RFC 9562)."""
        ...
