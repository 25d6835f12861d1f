"""Hiding and showing all that an account made, by a job that can be broken off and overtaken anywhere."""

from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video
from killrvideo.features.hiding import ONCE_MORE_AFTER, PIECE, Hiding
from killrvideo.service_interfaces.failpoints import Failpoints
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.hiding import LEASE
from tests.builders.keeping import ORIGIN, keep
from tests.builders.stored import events
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

ALL = PageRequest(size=100)
WORK = f"job.{JobKind.ACCOUNT_CONTENT}"


class Crew:
    """Somebody who uploads and comments, whoever gives orders, and workers that carry them out."""

    def __init__(
        self, storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
    ) -> None:
        self.storage = storage
        self._session, self.clock, self._ids = session, clock, ids
        self.owner: Account = an_account()
        self.video: Video = a_video(self.owner)
        self.comments: list[Comment] = [a_comment(self.video, self.owner) for _ in range(PIECE + 2)]

    def house(self, failpoints: Failpoints) -> CassandraStorage:
        return SharedStorage(self._session, self.clock, self._ids, failpoints=failpoints)

    async def order(self, *, hidden: bool, storage: CassandraStorage | None = None) -> None:
        storage = storage or self.storage
        work = storage.begin("tests.order", ORIGIN)
        if hidden:
            storage.removals.hide_all_of(work, self.owner.id, None, self.clock.now(), "for a rest")
        else:
            storage.removals.show_all_of(work, self.owner.id, self.clock.now())
        await work.commit()

    async def claim(self, storage: CassandraStorage | None = None) -> Job | None:
        return await (storage or self.storage).jobs.claim(self.clock.now(), LEASE)

    async def carry_out(self, storage: CassandraStorage | None = None) -> None:
        """Everything that is due."""
        storage = storage or self.storage
        while (job := await self.claim(storage)) is not None:
            await self.hiding(storage).carry_out(job)

    def hiding(self, storage: CassandraStorage) -> Hiding:
        return Hiding(storage, self.clock, self._ids)

    async def causes(self) -> set[Cause]:
        """What hides the videos and comments: one thing, if all are alike."""
        videos = {video.causes for video in await self.storage.videos.all_of(self.owner.id)}
        return videos | {comment.causes for comment in await self.storage.comments.all_of(self.owner.id)}


@pytest.fixture
async def crew(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> Crew:
    crew = Crew(storage, session, clock, ids)
    await keep(crew.storage, crew.owner, crew.video, *crew.comments)
    return crew


async def test_an_order_is_carried_out_and_taken_back(crew: Crew) -> None:
    await crew.order(hidden=True)
    assert await crew.causes() == {Cause.NONE}
    await crew.carry_out()
    assert await crew.causes() == {Cause.ACCOUNT}
    assert (await crew.storage.videos.latest(ALL)).total == 0
    assert await crew.storage.comments.count() == 0
    hidden = await crew.storage.removals.page(None, ALL)
    assert {(one.reason, one.at) for one in hidden.items} == {("for a rest", START)}
    assert hidden.total == 1 + len(crew.comments)
    left = await events(crew.storage)
    assert (left.count("VideoHidden"), left.count("CommentHidden")) == (1, len(crew.comments))

    await crew.order(hidden=False)
    await crew.carry_out()

    assert await crew.causes() == {Cause.NONE}
    assert (await crew.storage.removals.page(None, ALL)).total == 0


async def test_of_two_orders_given_together_the_later_counts(crew: Crew) -> None:
    work = crew.storage.begin("tests.order", ORIGIN)
    crew.storage.removals.show_all_of(work, crew.owner.id, START)
    crew.storage.removals.hide_all_of(work, crew.owner.id, None, START, "for a rest")
    await work.commit()
    await crew.carry_out()
    assert await crew.causes() == {Cause.ACCOUNT}


async def test_what_was_still_being_written_is_hidden_a_minute_later(crew: Crew) -> None:
    await crew.order(hidden=True)
    await crew.carry_out()
    await keep(crew.storage, a_comment(crew.video, crew.owner))
    assert await crew.causes() == {Cause.ACCOUNT, Cause.NONE}

    crew.clock.advance(ONCE_MORE_AFTER)
    await crew.carry_out()

    assert await crew.causes() == {Cause.ACCOUNT}
    assert await crew.storage.jobs.next_due() is None


async def test_an_order_does_not_wait_for_the_second_round_of_the_one_before(crew: Crew) -> None:
    await crew.order(hidden=True)
    await crew.carry_out()
    assert await crew.storage.jobs.next_due() == START + ONCE_MORE_AFTER

    await crew.order(hidden=False)

    assert await crew.storage.jobs.next_due() == START
    await crew.carry_out()
    assert await crew.causes() == {Cause.NONE}


@pytest.mark.parametrize("point", ["collected", "statement-1", "statement-2", "applied", "committed"])
async def test_an_order_and_its_job_are_given_together(crew: Crew, point: str) -> None:
    with pytest.raises(Crash):
        await crew.order(hidden=True, storage=crew.house(DiesAt(f"tests.order:{point}")))
    await crew.storage._on.repair.run(lambda _intent: True)

    given = await crew.storage.removals.order_for(crew.owner.id) is not None
    assert given is (point in {"statement-2", "applied", "committed"})
    await crew.carry_out()
    assert await crew.causes() == {Cause.ACCOUNT if given else Cause.NONE}


@pytest.mark.parametrize("point", ["collected", "statement-1", "statement-2", "applied", "committed"])
async def test_a_worker_that_dies_at_it_is_followed_by_another(crew: Crew, point: str) -> None:
    await crew.order(hidden=True)
    dying = crew.house(DiesAt(f"{WORK}:{point}"))
    for _ in range(2):  # At the first piece that it comes to, and at the next.
        job = await crew.claim(dying)
        assert job is not None
        with pytest.raises(Crash):
            await crew.hiding(dying).carry_out(job)
        await crew.storage._on.repair.run(lambda _intent: True)
        crew.clock.advance(LEASE)

    await crew.carry_out()

    assert await crew.causes() == {Cause.ACCOUNT}
    assert {one.version for one in await crew.storage.comments.all_of(crew.owner.id)} == {2}
    assert (await crew.storage.removals.page(None, ALL)).total == 1 + len(crew.comments)


class Overtaken(Hiding):
    """Somebody gives another order when the job has gone through everything, once."""

    crew: Crew
    orders = 1

    async def _end(self, *args: object) -> JobState:
        if self.orders:
            self.orders -= 1
            await self.crew.order(hidden=False)
        return await super()._end(*args)  # type: ignore[arg-type]


async def test_an_order_that_crosses_the_end_of_the_job_is_carried_out_by_it(crew: Crew) -> None:
    await crew.order(hidden=True)
    job = await crew.claim()
    assert job is not None
    hiding = Overtaken(crew.storage, crew.clock, CountingIds())
    hiding.crew = crew

    assert await hiding.carry_out(job) is JobState.DONE

    assert await crew.causes() == {Cause.NONE}


async def test_a_worker_that_was_only_asleep_changes_nothing(crew: Crew) -> None:
    await crew.order(hidden=True)
    asleep = await crew.claim()
    assert asleep is not None
    crew.clock.advance(LEASE)
    await crew.order(hidden=False)
    await crew.carry_out()

    with pytest.raises(LeaseLost):
        await crew.hiding(crew.storage).carry_out(asleep)

    assert await crew.causes() == {Cause.NONE}


async def test_a_video_whose_twin_was_submitted_meanwhile_stays_hidden_alone(crew: Crew) -> None:
    await crew.order(hidden=True)
    await crew.carry_out()
    await crew.order(hidden=False)
    twin = a_video(crew.owner, youtube_id=crew.video.youtube_id, location=crew.video.location)
    await keep(crew.storage, twin)

    await crew.carry_out()

    still = await crew.storage.videos.get(crew.video.id)
    assert still is not None
    assert still.causes == Cause.ACCOUNT
    assert (await crew.storage.videos.latest(ALL)).total == 1
    assert await crew.storage.comments.count() == len(crew.comments)


async def test_an_unexpected_error_is_followed_by_another_try(crew: Crew) -> None:
    await crew.order(hidden=True)
    pauses = []
    for _ in range(3):
        job = await crew.claim()
        assert job is not None
        assert await crew.hiding(crew.storage).try_later(job, "It broke.") is JobState.QUEUED
        due = await crew.storage.jobs.next_due()
        assert due is not None
        pauses.append(due - crew.clock.now())
        crew.clock.advance(pauses[-1])

    assert pauses == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    await crew.carry_out()
    assert await crew.causes() == {Cause.ACCOUNT}
