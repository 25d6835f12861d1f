"""Rating videos: one rating a person and video, exact totals, and who may."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.activity import ActivityKind
from killrvideo.domain.errors import (
    InvalidInput,
    MissingScope,
    NotFound,
    NotSignedIn,
    VideoNotFound,
    VideoNotReady,
)
from killrvideo.domain.events import RatingWithdrawn, VideoRated
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.ratings import Ratings
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import hide, keep
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

UPLOADER, ANN, BEN, CID = (an_account() for _ in range(4))


@pytest.fixture
def ratings(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Ratings:
    return Ratings(storage, clock, ids)


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, ANN, BEN, CID, video)
    return video


async def rate_activities(storage: SqliteStorage, account_id: AccountId) -> int:
    since = START - timedelta(days=1)
    return (await storage.activity.of_account(account_id, ActivityKind.RATE, since, PageRequest())).total


async def test_an_unrated_video_has_no_average(ratings: Ratings, video: Video) -> None:
    summary = await ratings.summary(NOBODY, video.id)
    assert (summary.totals.ratings, summary.totals.average, summary.own) == (0, None, None)


async def test_the_average_is_that_of_all_raters_in_two_places(ratings: Ratings, video: Video) -> None:
    for account, stars in ((ANN, 5), (BEN, 4), (CID, 4)):
        await ratings.rate(caller_of(account), video.id, stars)
    summary = await ratings.summary(NOBODY, video.id)
    assert (summary.totals.ratings, summary.totals.average, summary.own) == (3, 4.33, None)


async def test_each_caller_reads_the_own_rating(ratings: Ratings, video: Video) -> None:
    await ratings.rate(caller_of(ANN), video.id, 5)
    await ratings.rate(caller_of(BEN), video.id, 2)
    assert (await ratings.summary(caller_of(BEN), video.id)).own == 2
    assert (await ratings.own(caller_of(ANN), video.id)).stars == 5
    assert (await ratings.summary(caller_of(CID), video.id)).own is None
    with pytest.raises(NotFound):
        await ratings.own(caller_of(CID), video.id)


async def test_a_repeat_replaces_the_rating(ratings: Ratings, video: Video, clock: ManualClock) -> None:
    first = await ratings.rate(caller_of(ANN), video.id, 1)
    clock.advance(timedelta(hours=1))
    second = await ratings.rate(caller_of(ANN), video.id, 4)
    assert (second.created_at, second.updated_at) == (first.created_at, clock.now())
    assert await ratings.own(caller_of(ANN), video.id) == second
    summary = await ratings.summary(caller_of(ANN), video.id)
    assert (summary.totals.ratings, summary.totals.average, summary.own) == (1, 4.0, 4)


async def test_a_withdrawn_rating_counts_no_more(
    ratings: Ratings, video: Video, storage: SqliteStorage
) -> None:
    await ratings.rate(caller_of(ANN), video.id, 1)
    await ratings.rate(caller_of(BEN), video.id, 5)
    await ratings.withdraw(caller_of(ANN), video.id)
    summary = await ratings.summary(caller_of(ANN), video.id)
    assert (summary.totals.ratings, summary.totals.average, summary.own) == (1, 5.0, None)

    events = [recorded.event for recorded in await left_behind(storage)]
    assert events[-1] == RatingWithdrawn(video_id=video.id, account_id=ANN.id, version=video.version)


async def test_withdrawing_what_was_never_given_changes_nothing(
    ratings: Ratings, video: Video, storage: SqliteStorage
) -> None:
    before = await left_behind(storage)
    await ratings.withdraw(caller_of(ANN), video.id)
    assert await left_behind(storage) == before


async def test_a_rating_tells_who_rated_what(ratings: Ratings, video: Video, storage: SqliteStorage) -> None:
    await ratings.rate(caller_of(ANN), video.id, 3)
    [recorded] = await left_behind(storage)
    assert recorded.event == VideoRated(video_id=video.id, account_id=ANN.id, stars=3, version=video.version)
    assert recorded.origin.actor_id == ANN.id


async def test_new_and_changed_ratings_are_activity_and_repeated_ones_are_not(
    ratings: Ratings, video: Video, storage: SqliteStorage
) -> None:
    counts = []
    for stars in (4, 4, 5):
        await ratings.rate(caller_of(ANN), video.id, stars)
        counts.append(await rate_activities(storage, ANN.id))
    assert counts == [1, 1, 2]


@pytest.mark.parametrize("stars", [0, 6, -1])
async def test_stars_are_one_to_five(ratings: Ratings, video: Video, stars: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 5"):
        await ratings.rate(caller_of(ANN), video.id, stars)
    assert (await ratings.summary(NOBODY, video.id)).totals.ratings == 0


async def test_rating_needs_an_account_before_it_needs_a_video(ratings: Ratings, ids: CountingIds) -> None:
    absent = VideoId(ids.new())
    with pytest.raises(NotSignedIn):
        await ratings.rate(NOBODY, absent, 5)
    with pytest.raises(NotSignedIn):
        await ratings.withdraw(NOBODY, absent)
    with pytest.raises(VideoNotFound):
        await ratings.summary(NOBODY, absent)


async def test_a_token_without_the_scope_rates_nothing(ratings: Ratings, video: Video) -> None:
    narrowed = caller_of(ANN, scopes=frozenset())
    with pytest.raises(MissingScope):
        await ratings.rate(narrowed, video.id, 5)
    with pytest.raises(MissingScope):
        await ratings.withdraw(narrowed, video.id)


async def test_before_a_video_is_ready_strangers_see_none_and_its_owner_waits(
    ratings: Ratings, video: Video, storage: SqliteStorage
) -> None:
    pending = a_video(UPLOADER, status=VideoStatus.PENDING)
    await keep(storage, pending)
    with pytest.raises(VideoNotFound):
        await ratings.rate(caller_of(ANN), pending.id, 5)
    with pytest.raises(VideoNotFound):
        await ratings.summary(caller_of(ANN), pending.id)
    with pytest.raises(VideoNotReady, match="PENDING"):
        await ratings.rate(caller_of(UPLOADER), pending.id, 5)
    assert (await ratings.summary(caller_of(UPLOADER), pending.id)).totals.ratings == 0


async def test_ratings_of_a_removed_video_are_read_by_moderators_alone(
    ratings: Ratings, video: Video, storage: SqliteStorage
) -> None:
    moderator = an_account(roles=frozenset({Role.MODERATOR}))
    await keep(storage, moderator)
    await ratings.rate(caller_of(ANN), video.id, 5)
    await hide(storage, video)
    with pytest.raises(VideoNotFound):
        await ratings.summary(caller_of(ANN), video.id)
    with pytest.raises(VideoNotFound):
        await ratings.withdraw(caller_of(ANN), video.id)
    assert (await ratings.summary(caller_of(moderator), video.id)).totals.ratings == 1
