"""What every back end keeps of idempotency keys: a request that comes again has one effect."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.errors import AlreadyDone, RequestKeyReused
from killrvideo.domain.events import Origin, RequestKey, VideoSubmitted
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.backends import CASSANDRA
from tests.builders.stored import left_behind
from tests.holding_still import CountingIds, ManualClock

PERSON = AccountId(UUID("019ca900-0000-7000-8000-000000000002"))
KEY = RequestKey(owner=str(PERSON), operation="submitVideo", key="a-1", fingerprint="digest")


def submitting(storage: Storage, video: UUID, key: RequestKey | None = KEY) -> UnitOfWork:
    work = storage.begin("tests.submit", Origin(correlation_id="request-1", request_key=key))
    work.made(video)
    work.publish(VideoSubmitted(video_id=VideoId(video), uploader_id=PERSON))
    return work


async def test_a_key_that_was_not_used_has_made_nothing(storage: Storage) -> None:
    assert await storage.done_before(KEY) is None


async def test_a_repeat_learns_what_the_first_request_made(storage: Storage, ids: CountingIds) -> None:
    first, second = ids.new(), ids.new()
    await submitting(storage, first).commit()
    assert await storage.done_before(KEY) == first
    with pytest.raises(AlreadyDone) as signal:
        await submitting(storage, second).commit()
    assert signal.value.subject == first
    assert len(await left_behind(storage)) == 1


async def test_of_many_requests_at_once_exactly_one_has_an_effect(storage: Storage, ids: CountingIds) -> None:
    videos = [ids.new() for _ in range(20)]
    outcomes = await asyncio.gather(
        *(submitting(storage, video).commit() for video in videos), return_exceptions=True
    )
    (recorded,) = await left_behind(storage)
    repeats = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDone)]
    assert len(repeats) == len(videos) - 1
    assert {repeat.subject for repeat in repeats} == {recorded.event.aggregate_id}


async def test_a_key_is_refused_for_another_request(storage: Storage, ids: CountingIds) -> None:
    await submitting(storage, ids.new()).commit()
    other = replace(KEY, fingerprint="another digest")
    with pytest.raises(RequestKeyReused):
        await storage.done_before(other)
    with pytest.raises(RequestKeyReused):
        await submitting(storage, ids.new(), other).commit()
    assert len(await left_behind(storage)) == 1


@pytest.mark.parametrize(
    "other",
    [replace(KEY, owner="203.0.113.9"), replace(KEY, operation="postComment"), replace(KEY, key="a-2")],
    ids=["owner", "operation", "key"],
)
async def test_keys_of_other_callers_and_operations_do_not_meet(
    storage: Storage, ids: CountingIds, other: RequestKey
) -> None:
    await submitting(storage, ids.new()).commit()
    assert await storage.done_before(other) is None
    await submitting(storage, ids.new(), other).commit()
    assert len(await left_behind(storage)) == 2


async def test_a_request_that_makes_nothing_spends_no_key(storage: Storage, ids: CountingIds) -> None:
    work = storage.begin("tests.submit", Origin(correlation_id="request-1", request_key=KEY))
    work.publish(VideoSubmitted(video_id=VideoId(ids.new()), uploader_id=PERSON))
    await work.commit()
    assert await storage.done_before(KEY) is None


async def test_a_key_whose_thing_was_taken_back_begins_anew(storage: Storage, ids: CountingIds) -> None:
    first, second = ids.new(), ids.new()
    await submitting(storage, first).commit()

    async def take_back(subject: UUID) -> None:
        work = storage.begin("tests.take_back", Origin(correlation_id="request-1", request_key=KEY))
        work.unmade(subject)
        await work.commit()

    await take_back(second)
    assert await storage.done_before(KEY) == first
    await take_back(first)
    assert await storage.done_before(KEY) is None
    await submitting(storage, second).commit()
    assert await storage.done_before(KEY) == second


async def test_requests_without_a_key_are_each_served(storage: Storage, ids: CountingIds) -> None:
    video = ids.new()
    await submitting(storage, video, None).commit()
    await submitting(storage, video, None).commit()
    assert len(await left_behind(storage)) == 2


async def test_a_purged_key_can_be_used_again(
    storage: Storage, clock: ManualClock, ids: CountingIds, backend: str
) -> None:
    await submitting(storage, ids.new()).commit()
    now = clock.now()
    assert await storage.purge(keys_before=now, counts_before=now) == 0
    dropped = await storage.purge(keys_before=now + timedelta(milliseconds=1), counts_before=now)
    if backend == CASSANDRA:  # They expire by themselves there.
        assert dropped == 0
        return
    assert dropped == 1
    assert await storage.done_before(KEY) is None
    await submitting(storage, ids.new()).commit()
