"""Idempotency keys in Cassandra expire by themselves."""

from datetime import timedelta
from uuid import UUID

from killrvideo.domain.events import Origin, RequestKey
from tests.backends import EmptiedSession, SharedStorage
from tests.holding_still import CountingIds, ManualClock

KEY = RequestKey(owner="203.0.113.9", operation="submitVideo", key="a-1", fingerprint="digest")
MADE = UUID("019ca900-0000-7000-8000-000000000002")


async def test_a_key_is_remembered_as_long_as_the_setting_says(
    session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    storage = SharedStorage(session, clock, ids, keys_kept=timedelta(hours=5))
    work = storage.begin("tests.submit", Origin(correlation_id="request-1", request_key=KEY))
    work.made(MADE)
    await work.commit()

    for column, table in (("subject", "request_keys"), ("holder", "guards")):
        [row] = await session.all_rows(f"SELECT TTL({column}) AS left FROM {table}")
        assert 4 * 3600 < row["left"] <= 5 * 3600
    assert await storage.done_before(KEY) == MADE
    await session.empty()
