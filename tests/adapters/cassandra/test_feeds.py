"""What feeds and related videos cost on Cassandra, and what is known of a long history."""

from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.signs_of_taste import MET_MOST
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.ids import ViewId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.recommendations import ServedBy
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.features.recommendations import Recommendations
from tests.adapters.cassandra.round_trips import trips_of
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.learning import neighbours_of, put_into_use
from tests.builders.videos import a_video
from tests.holding_still import START, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of
from tests.stand_ins.experiments import Dealing

MODEL = WordHashEmbeddings()
UPLOADER, ANN = an_account(), an_account()
SEEN, KIN, NEAR, OTHER = (
    a_video(UPLOADER, title=title) for title in ("Tango steps", "Waltz", "Tango shoes", "Bread")
)
FIRST_PAGE = PageRequest()


@pytest.fixture
async def recommendations(storage: CassandraStorage, clock: ManualClock) -> Recommendations:
    rating = Rating(video_id=SEEN.id, account_id=ANN.id, stars=5, created_at=START, updated_at=START)
    await keep(storage, UPLOADER, ANN, SEEN, KIN, NEAR, OTHER)
    await keep(storage, rating)
    await put_into_use(storage, neighbours_of({SEEN: {KIN: 1.0}}))
    work = storage.begin("tests.embed", ORIGIN)
    for video in (SEEN, NEAR, OTHER):
        text = text_of(video)
        storage.vectors.put(work, video.id, MODEL.name, vector_of(text), START, text_digest=digest_of(text))
    storage.vectors.serve(work, MODEL.name)
    await work.commit()
    return Recommendations(storage, clock, StandInModels(MODEL), Dealing(), seconds=60.0)


async def test_a_feed_is_two_round_trips(recommendations: Recommendations) -> None:
    ann = caller_of(ANN)
    feed = await recommendations.for_you(ann, FIRST_PAGE)
    assert feed.by is ServedBy.PERSONAL
    assert [one.video.id for one in feed.what.items[:2]] == [KIN.id, NEAR.id]
    assert {one.video.id for one in feed.what.items} == {KIN.id, NEAR.id, OTHER.id}
    # One for all that is known of the person, and what is popular; one for the videos.
    trips = await trips_of(lambda: recommendations.for_you(ann, PageRequest(size=2)))
    assert trips.sequential == 2


async def test_what_is_like_videos_that_nobody_asked_for_lately_takes_two_more(
    recommendations: Recommendations,
) -> None:
    ann = caller_of(ANN)
    await recommendations.for_you(ann, PageRequest(size=2))
    recommendations.forget_all()
    with counted() as trips:
        await recommendations.for_you(ann, PageRequest(size=2))
    # The vectors, and what is near to them.
    assert trips.sequential == 4


async def test_related_videos_are_two_round_trips(recommendations: Recommendations) -> None:
    found = await recommendations.related(SEEN.id, 2)
    assert {one.video.id for one in found.what} == {KIN.id, NEAR.id}
    assert (await trips_of(lambda: recommendations.related(SEEN.id, 2))).sequential == 2


async def test_taste_is_one_round_trip(storage: CassandraStorage, recommendations: Recommendations) -> None:
    assert (await trips_of(lambda: storage.taste.of(ANN.id))).sequential == 1
    assert MET_MOST == 1000


async def test_of_a_video_that_is_purged_no_sign_is_left(
    storage: CassandraStorage, recommendations: Recommendations, clock: ManualClock
) -> None:
    view = View(id=ViewId(IDS.new()), video_id=KIN.id, viewer_id=ANN.id, at=START + timedelta(hours=1))
    await keep(storage, view)
    assert [sign.video_id for sign in (await storage.taste.of(ANN.id)).signs] == [KIN.id, SEEN.id]
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, KIN)
    await work.commit()
    assert [sign.video_id for sign in (await storage.taste.of(ANN.id)).signs] == [SEEN.id]
