"""Instants in UTC with whole milliseconds, the only precision that every store keeps."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_MILLISECOND = timedelta(milliseconds=1)


def to_millis(instant: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (instant - EPOCH) // ONE_MILLISECOND


def from_millis(millis: int) -> datetime:
    return EPOCH + timedelta(milliseconds=millis)


def whole_millis(instant: datetime) -> datetime:
    """The same instant without what a store would drop."""
    return instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)
