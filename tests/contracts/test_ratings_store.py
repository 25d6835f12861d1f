"""What every store of ratings keeps."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from killrvideo.domain.accounts import Account
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Totals, Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

MINUTE = timedelta(minutes=1)


def a_rating(video: Video, account: Account, stars: int = 4, at: datetime = START) -> Rating:
    return Rating(video_id=video.id, account_id=account.id, stars=stars, created_at=at, updated_at=at)


async def withdraw(storage: Storage, rating: Rating) -> None:
    work = storage.begin("tests.withdraw", ORIGIN)
    storage.ratings.withdraw(work, rating.video_id, rating.account_id)
    await work.commit()


async def totals(storage: Storage, video: Video) -> Totals:
    return (await present(storage, video.id)).totals


async def test_a_rating_comes_back_and_counts(storage: Storage) -> None:
    fan = an_account()
    video, other = a_video(fan), a_video(fan)
    rating = a_rating(video, fan)
    await keep(storage, fan, video, other, rating)
    assert await storage.ratings.get(video.id, fan.id) == rating
    assert await storage.ratings.get(other.id, fan.id) is None
    assert await totals(storage, video) == Totals(ratings=1, stars=4)
    assert await totals(storage, other) == Totals()


async def test_a_repeated_rating_replaces_the_stars_but_not_the_first_instant(storage: Storage) -> None:
    fan = an_account()
    video = a_video(fan)
    first = a_rating(video, fan, stars=5)
    await keep(storage, fan, video, first)
    await keep(storage, a_rating(video, fan, stars=2, at=START + MINUTE))
    kept = await storage.ratings.get(video.id, fan.id)
    assert kept == replace(first, stars=2, updated_at=START + MINUTE)
    assert await totals(storage, video) == Totals(ratings=1, stars=2)


async def test_ratings_of_one_unit_of_work_count_one_after_the_other(storage: Storage) -> None:
    fan, critic = an_account(), an_account()
    video = a_video(fan)
    ratings = (a_rating(video, fan, 5), a_rating(video, critic, 1), a_rating(video, fan, 3))
    await keep(storage, fan, critic, video, *ratings)
    assert await totals(storage, video) == Totals(ratings=2, stars=4)


async def test_many_who_rate_at_once_all_count(storage: Storage) -> None:
    people = [an_account() for _ in range(40)]
    video = a_video(people[0])
    await keep(storage, *people, video)
    stars = [number % 5 + 1 for number in range(40)]
    await asyncio.gather(
        *(keep(storage, a_rating(video, who, given)) for who, given in zip(people, stars, strict=True))
    )
    assert await totals(storage, video) == Totals(ratings=40, stars=sum(stars))
    # Everybody changes their mind at once, and half of them back out.
    await asyncio.gather(*(keep(storage, a_rating(video, who, 5)) for who in people))
    await asyncio.gather(*(withdraw(storage, a_rating(video, who)) for who in people[::2]))
    assert await totals(storage, video) == Totals(ratings=20, stars=100)


async def test_a_withdrawn_rating_no_longer_counts_and_twice_is_once(storage: Storage) -> None:
    fan, critic = an_account(), an_account()
    video = a_video(fan)
    rating = a_rating(video, fan, 5)
    await keep(storage, fan, critic, video, rating, a_rating(video, critic, 2))
    for _ in range(2):
        await withdraw(storage, rating)
        assert await totals(storage, video) == Totals(ratings=1, stars=2)
    assert await storage.ratings.get(video.id, fan.id) is None


async def test_an_accounts_ratings_are_newest_first_and_on_videos_that_show(storage: Storage) -> None:
    fan, critic = an_account(), an_account()
    old, new, hidden = a_video(fan), a_video(fan), a_video(fan)
    pending = a_video(fan, status=VideoStatus.PENDING)
    first, second = a_rating(old, fan), a_rating(new, fan, at=START + MINUTE)
    others = (a_rating(hidden, fan, at=START - MINUTE), a_rating(pending, fan, at=START - 2 * MINUTE))
    await keep(storage, fan, critic, old, new, hidden, pending, second, first, *others, a_rating(old, critic))
    await hide(storage, await present(storage, hidden.id))
    assert await storage.ratings.by_account(fan.id, 10) == [second, first]
    assert await storage.ratings.by_account(fan.id, 1) == [second]
    archive = await storage.ratings.all_of(fan.id)
    assert sorted(archive, key=lambda rating: rating.updated_at) == [*reversed(others), first, second]


async def test_the_export_is_oldest_first_without_removed_videos(storage: Storage) -> None:
    fan = an_account()
    old, new, hidden = a_video(fan), a_video(fan), a_video(fan)
    first, second = a_rating(old, fan, at=START - MINUTE), a_rating(new, fan)
    await keep(storage, fan, new, old, hidden, second, first, a_rating(hidden, fan))
    await hide(storage, hidden)
    assert await storage.ratings.all() == [first, second]
