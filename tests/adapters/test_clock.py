"""Time in whole milliseconds, and identities that sort by it."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.domain.instants import to_millis


def test_the_clock_shows_this_instant_in_utc_and_whole_milliseconds() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    after = datetime.now(UTC)

    assert before - timedelta(milliseconds=1) < now <= after
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_ids_are_distinct_uuids_of_version_7() -> None:
    ids = [Uuid7Source().new() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert {(type(one), one.version, one.variant) for one in ids} == {(UUID, 7, RFC_4122)}
    assert ids == sorted(ids)


def test_an_id_tells_when_it_was_made() -> None:
    before = to_millis(SystemClock().now())
    made = Uuid7Source().new().int >> 80
    after = to_millis(SystemClock().now())

    assert before <= made <= after
