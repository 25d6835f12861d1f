"""Instants as Cassandra's driver reads them: without a time zone, in UTC."""

from datetime import UTC, datetime
from typing import overload


@overload
def aware(found: datetime) -> datetime: ...
@overload
def aware(found: None) -> None: ...
def aware(found: datetime | None) -> datetime | None:
    """The instant that was stored."""
    return None if found is None else found.replace(tzinfo=UTC)
