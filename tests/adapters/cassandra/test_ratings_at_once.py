"""Ratings on Cassandra whose changes cross or stop: totals are those of the rows, whatever happened."""

import asyncio
import random

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.ratings import CassandraRatingStore
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.accounts import Account
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Totals, Video
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

RATERS = 20
CHANGES = 5


def a_rating(video: Video, account: Account, stars: int) -> Rating:
    return Rating(video_id=video.id, account_id=account.id, stars=stars, created_at=START, updated_at=START)


async def change_ones_mind(storage: CassandraStorage, video: Video, who: Account, seed: int) -> None:
    """Rates and withdraws; the last is a rating."""
    chance = random.Random(seed)
    for number in range(CHANGES):
        work = storage.begin("tests.rate", ORIGIN)
        if number < CHANGES - 1 and chance.random() < 0.3:
            storage.ratings.withdraw(work, video.id, who.id)
        else:
            storage.ratings.put(work, a_rating(video, who, chance.randint(1, 5)))
        await work.commit()


async def test_many_who_change_their_minds_at_once_are_counted_as_they_stand(
    storage: CassandraStorage,
) -> None:
    people = [an_account() for _ in range(RATERS)]
    video = a_video(people[0])
    await keep(storage, people[0], video)
    # Everybody twice: two devices of one person cross.
    await asyncio.gather(
        *(change_ones_mind(storage, video, who, seed) for seed, who in enumerate(people * 2))
    )
    kept = await storage.ratings.all()
    assert len(kept) == RATERS
    totals = (await present(storage, video.id)).totals
    assert totals == Totals(ratings=RATERS, stars=sum(rating.stars for rating in kept))


async def test_nobody_is_sent_away_who_rates_one_video_many_times_at_once(
    storage: CassandraStorage,
) -> None:
    fan = an_account()
    video = a_video(fan)
    await keep(storage, fan, video)
    await asyncio.gather(*(keep(storage, a_rating(video, fan, 1 + number % 5)) for number in range(40)))
    kept = await storage.ratings.get(video.id, fan.id)
    assert kept is not None
    assert (await present(storage, video.id)).totals == Totals(ratings=1, stars=kept.stars)


async def test_a_rating_after_a_withdrawn_one_counts_again(storage: CassandraStorage) -> None:
    fan = an_account()
    video = a_video(fan)
    await keep(storage, fan, video)
    for stars in (5, 3):
        await keep(storage, a_rating(video, fan, stars))
        assert (await present(storage, video.id)).totals == Totals(ratings=1, stars=stars)
        work = storage.begin("tests.withdraw", ORIGIN)
        storage.ratings.withdraw(work, video.id, fan.id)
        await work.commit()
        assert (await present(storage, video.id)).totals == Totals()
    assert await storage.ratings.by_account(fan.id, 10) == []


class Ratings:
    """Ratings alone, in units of work that can stop at a point."""

    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self._session, self._clock, self._ids = session, clock, ids
        self.on = self._foundation("")
        self.store = CassandraRatingStore(self.on, AverageRatings(self.on))

    def _foundation(self, dies_at: str) -> Foundation:
        failpoints = DiesAt(dies_at) if dies_at else NO_FAILPOINTS
        return Foundation(self._session, self._clock, self._ids, failpoints)

    async def put(self, rating: Rating, dies_at: str = "") -> None:
        on = self._foundation(dies_at) if dies_at else self.on
        work = CassandraUnitOfWork(on, "tests.rate", ORIGIN)
        self.store.put(work, rating)
        await work.commit()


@pytest.mark.parametrize(
    ("point", "stars"),
    [("tests.rate:collected", 2), ("tests.rate:statement-1", 5), ("tests.rate:applied", 5)],
)
async def test_a_change_that_stopped_counts_wholly_or_not_at_all(
    storage: CassandraStorage,
    session: EmptiedSession,
    clock: ManualClock,
    ids: CountingIds,
    point: str,
    stars: int,
) -> None:
    fan, ratings = an_account(), Ratings(session, clock, ids)
    video = a_video(fan)
    await keep(storage, fan, video, a_rating(video, fan, 2))
    with pytest.raises(Crash):
        await ratings.put(a_rating(video, fan, 5), dies_at=point)
    await ratings.on.repair.run(lambda _: True)
    kept = await storage.ratings.get(video.id, fan.id)
    assert kept is not None
    assert kept.stars == stars
    assert (await present(storage, video.id)).totals == Totals(ratings=1, stars=stars)
    await keep(storage, a_rating(video, fan, 1))
    assert (await present(storage, video.id)).totals == Totals(ratings=1, stars=1)


async def test_an_accounts_last_ratings_take_two_round_trips_and_one_rating_one(
    storage: CassandraStorage,
) -> None:
    fan = an_account()
    videos = [a_video(fan) for _ in range(15)]
    await keep(storage, fan, *videos, *(a_rating(video, fan, 4) for video in videos))
    with counted() as trips:
        assert len(await storage.ratings.by_account(fan.id, 10)) == 10
    assert trips.sequential == 2
    with counted() as trips:
        assert await storage.ratings.get(videos[0].id, fan.id) is not None
    assert trips.sequential == 1
