"""What to watch next: what is like a video, what suits a person, and why."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import NotSignedIn, VideoNotFound
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.recommendations import POPULAR, Recommendation
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.playback import Playback
from killrvideo.features.ratings import Ratings
from killrvideo.features.recommendations import Recommendations
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import change, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.stand_ins.experiments import Dealing

UPLOADER, ANN = an_account(), an_account()
MODELS = StandInModels(WordHashEmbeddings())
FIRST_PAGE = PageRequest()
PATIENT = 60.0
"""However busy the machine is, no source is done without."""


def titled(title: str, *tags: str) -> Video:
    return a_video(UPLOADER, title=title, tags=tags)


SUBJECT = titled("Modelling time", "Cassandra", "python", "time")
CLOSE = titled("Buckets", "cassandra", "Python")
FAR = titled("Snakes", "python", "zoo", "animals")
OTHER = titled("Bread", "cooking")
CAKE = titled("Cake", "cooking", "sugar")


@pytest.fixture
async def recommendations(storage: SqliteStorage, clock: ManualClock) -> Recommendations:
    await keep(storage, UPLOADER, ANN, SUBJECT, CLOSE, FAR, OTHER, CAKE)
    return Recommendations(storage, clock, MODELS, Dealing(), seconds=PATIENT)


@pytest.fixture
def playback(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Playback:
    return Playback(storage, clock, ids)


@pytest.fixture
def ratings(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Ratings:
    return Ratings(storage, clock, ids)


def told(found: tuple[Recommendation, ...] | list[Recommendation]) -> list[tuple[str, str]]:
    return [(one.video.title, one.reason) for one in found]


async def related(recommendations: Recommendations, limit: int = 5) -> list[Recommendation]:
    return list((await recommendations.related(SUBJECT.id, limit)).what)


async def for_ann(recommendations: Recommendations) -> tuple[Recommendation, ...]:
    return (await recommendations.for_you(caller_of(ANN), FIRST_PAGE)).what.items


async def test_what_shares_most_tags_is_related_first_and_the_reason_names_them(
    recommendations: Recommendations,
) -> None:
    found = await related(recommendations, limit=2)
    assert told(found) == [
        ("Buckets", "Shares the tags Cassandra and python"),
        ("Snakes", "Shares the tag python"),
    ]
    assert 1 >= found[0].score > found[1].score > 0


async def test_the_list_is_filled_up_with_what_is_popular(
    recommendations: Recommendations, playback: Playback
) -> None:
    for video in (SUBJECT, CLOSE, CAKE):
        await playback.view(NOBODY, video.id)
    found = await related(recommendations, limit=3)
    assert told(found)[2] == ("Cake", POPULAR)
    assert found[2].score == 0
    everything = await related(recommendations, limit=20)
    assert [one.video.title for one in everything] == ["Buckets", "Snakes", "Cake", "Bread"]


async def test_words_alone_make_videos_related_too(
    recommendations: Recommendations, storage: SqliteStorage
) -> None:
    first, second = titled("Sourdough starters"), titled("More sourdough", "bakery")
    await keep(storage, first, second)
    found = (await recommendations.related(first.id, 1)).what
    assert told(list(found)) == [("More sourdough", "Its words are similar")]


async def test_what_is_hidden_is_never_related(
    recommendations: Recommendations, storage: SqliteStorage
) -> None:
    assert CLOSE.id in {one.video.id for one in await related(recommendations)}
    await hide(storage, CLOSE)
    found = await related(recommendations, limit=20)
    assert [one.video.title for one in found] == ["Snakes", "Cake", "Bread"]


async def test_nothing_is_related_to_what_the_public_may_not_see(
    recommendations: Recommendations, storage: SqliteStorage, ids: CountingIds
) -> None:
    pending = a_video(UPLOADER, status=VideoStatus.PENDING)
    await keep(storage, pending)
    await hide(storage, SUBJECT)
    for video_id in (pending.id, SUBJECT.id, VideoId(ids.new())):
        with pytest.raises(VideoNotFound):
            await recommendations.related(video_id, 5)


async def test_what_is_related_is_remembered_until_it_is_to_be_forgotten(
    recommendations: Recommendations, storage: SqliteStorage
) -> None:
    assert [one.video.id for one in await related(recommendations, 1)] == [CLOSE.id]
    await change(storage, CLOSE.changed(START, tags=("gardening",)))
    assert [one.video.id for one in await related(recommendations, 1)] == [CLOSE.id]
    recommendations.forget_all()
    assert [one.video.id for one in await related(recommendations, 1)] == [FAR.id]
    await hide(storage, FAR)
    recommendations.forget_all()
    assert [one.reason for one in await related(recommendations, 1)] == [POPULAR]


async def test_only_so_many_videos_are_remembered(storage: SqliteStorage, clock: ManualClock) -> None:
    await keep(storage, UPLOADER, SUBJECT, CLOSE, FAR)
    recommendations = Recommendations(storage, clock, MODELS, Dealing(), seconds=PATIENT, remembered=1)
    await related(recommendations, 1)
    await change(storage, CLOSE.changed(START, tags=("gardening",)))
    await recommendations.related(FAR.id, 1)
    assert [one.video.id for one in await related(recommendations, 1)] == [FAR.id]


async def test_a_newcomer_gets_what_is_popular_but_not_the_own_uploads(
    recommendations: Recommendations, playback: Playback, storage: SqliteStorage
) -> None:
    await keep(storage, a_video(ANN, title="Mine"))
    for video in (CAKE, CAKE, OTHER):
        await playback.view(NOBODY, video.id)
    found = await for_ann(recommendations)
    assert told(found)[:2] == [("Cake", POPULAR), ("Bread", POPULAR)]
    assert {one.score for one in found} == {0}
    assert {one.video.title for one in found} == {"Modelling time", "Buckets", "Snakes", "Cake", "Bread"}


async def test_what_was_watched_leads_to_more_of_its_kind(
    recommendations: Recommendations, playback: Playback
) -> None:
    await playback.view(caller_of(ANN), SUBJECT.id)
    found = await for_ann(recommendations)
    assert told(found)[:2] == [
        ("Buckets", "Because you watched Modelling time"),
        ("Snakes", "Because you watched Modelling time"),
    ]
    assert 1 >= found[0].score > found[1].score > 0
    assert SUBJECT.id not in {one.video.id for one in found}


async def test_what_was_liked_speaks_louder_than_what_was_watched(
    recommendations: Recommendations, playback: Playback, ratings: Ratings
) -> None:
    await playback.view(caller_of(ANN), SUBJECT.id)
    await playback.view(caller_of(ANN), OTHER.id)
    await ratings.rate(caller_of(ANN), OTHER.id, 5)
    assert told(await for_ann(recommendations))[:2] == [
        ("Cake", "Because you liked Bread"),
        ("Buckets", "Because you watched Modelling time"),
    ]


async def test_the_view_of_a_disliked_video_recommends_nothing_like_it(
    recommendations: Recommendations, playback: Playback, ratings: Ratings
) -> None:
    await playback.view(caller_of(ANN), OTHER.id)
    await playback.view(caller_of(ANN), SUBJECT.id)
    await ratings.rate(caller_of(ANN), OTHER.id, 1)
    reasons = {one.video.title: one.reason for one in await for_ann(recommendations)}
    assert reasons == {
        "Buckets": "Because you watched Modelling time",
        "Snakes": "Because you watched Modelling time",
        "Cake": POPULAR,
    }


async def test_a_tag_that_is_shunned_holds_down_what_a_liked_one_lifts(
    recommendations: Recommendations, ratings: Ratings, storage: SqliteStorage
) -> None:
    await keep(storage, titled("Feeding pythons", "python", "cooking"))
    await ratings.rate(caller_of(ANN), SUBJECT.id, 4)
    await ratings.rate(caller_of(ANN), OTHER.id, 1)
    scores = {one.video.title: one.score for one in await for_ann(recommendations)}
    assert scores["Feeding pythons"] == 0 < scores["Snakes"] < scores["Buckets"]


async def test_the_newest_views_weigh_most(
    recommendations: Recommendations, playback: Playback, clock: ManualClock
) -> None:
    for video in (OTHER, SUBJECT):
        await playback.view(caller_of(ANN), video.id)
        clock.advance(timedelta(hours=1))
    assert [one.video.title for one in await for_ann(recommendations)] == ["Buckets", "Snakes", "Cake"]


async def test_what_suits_comes_in_pages(recommendations: Recommendations, playback: Playback) -> None:
    await playback.view(caller_of(ANN), SUBJECT.id)
    whole = [one.video.id for one in await for_ann(recommendations)]
    paged = []
    for number in (1, 2, 3):
        page = (await recommendations.for_you(caller_of(ANN), PageRequest(number, 2))).what
        assert page.total == 4
        paged += [one.video.id for one in page.items]
    assert paged == whole


async def test_recommendations_of_ones_own_need_an_account(recommendations: Recommendations) -> None:
    with pytest.raises(NotSignedIn):
        await recommendations.for_you(NOBODY, FIRST_PAGE)
