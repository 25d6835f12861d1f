"""Feeds from what was learned: at once after a rating, never twice the same, and from the next source where
one is away or too slow.
"""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from killrvideo.adapters.learning.trainer import LocalTrainer
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.experiments import DECLARED, RECOMMENDER
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.recommendations import (
    NEWEST,
    POPULAR,
    SIMILAR,
    TOGETHER,
    Recommendation,
    Served,
    ServedBy,
)
from killrvideo.domain.taste import Taste
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.features.learning import Learning
from killrvideo.features.playback import Playback
from killrvideo.features.ratings import Ratings
from killrvideo.features.recommendations import STEP_OF_ARM, Recommendations
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.taste import TasteStore
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import ORIGIN, hide, keep
from tests.builders.learning import neighbours_of, put_into_use
from tests.builders.videos import a_video
from tests.features.test_learning import Watcher
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of
from tests.stand_ins.experiments import Dealing
from tests.stand_ins.parts_of_a_store import Away, Late, Silent, store_with

MODEL = WordHashEmbeddings()
UPLOADER, OTHER_UPLOADER, ANN = (an_account() for _ in range(3))
FIRST_PAGE = PageRequest()
SOON, PATIENT = 0.05, 60.0


def titled(title: str, *tags: str, by: Account = UPLOADER, hours: int = 0) -> Video:
    return a_video(by, title=title, tags=tags, submitted_at=START + timedelta(hours=hours))


TANGO, WALTZ, POLKA = titled("Tango", hours=1), titled("Waltz", hours=2), titled("Polka", hours=3)
BREAD, CAKE = titled("Bread", "baking", hours=4), titled("Cake", "baking", hours=5)
ALL = (TANGO, WALTZ, POLKA, BREAD, CAKE)


def made_of(
    storage: Storage, clock: ManualClock, *, seconds: float = PATIENT, dealing: Dealing | None = None
) -> Recommendations:
    return Recommendations(storage, clock, StandInModels(MODEL), dealing or Dealing(), seconds=seconds)


@pytest.fixture
async def recommendations(storage: SqliteStorage, clock: ManualClock) -> Recommendations:
    await keep(storage, UPLOADER, OTHER_UPLOADER, ANN, *ALL)
    return made_of(storage, clock)


@pytest.fixture
def ratings(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Ratings:
    return Ratings(storage, clock, ids)


@pytest.fixture
def playback(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Playback:
    return Playback(storage, clock, ids)


async def dances_go_together(storage: SqliteStorage) -> None:
    await put_into_use(
        storage, neighbours_of({TANGO: {WALTZ: 0.5, POLKA: 0.25, BREAD: -0.25}, BREAD: {CAKE: 0.5}})
    )


async def embed(storage: SqliteStorage, *videos: Video) -> None:
    work = storage.begin("tests.embed", ORIGIN)
    for video in videos:
        text = text_of(video)
        storage.vectors.put(work, video.id, MODEL.name, vector_of(text), START, text_digest=digest_of(text))
    storage.vectors.serve(work, MODEL.name)
    await work.commit()


async def for_ann(
    recommendations: Recommendations, wanted: PageRequest = FIRST_PAGE
) -> Served[Page[Recommendation]]:
    return await recommendations.for_you(caller_of(ANN), wanted)


def told(items: Sequence[Recommendation]) -> list[tuple[str, str]]:
    return [(one.video.title, one.reason) for one in items]


# What was learned.


async def test_a_rating_moves_the_feed_at_once_without_learning_anew(
    recommendations: Recommendations, storage: SqliteStorage, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    assert (await for_ann(recommendations)).by is ServedBy.TRENDING
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    feed = await for_ann(recommendations)
    assert feed.by is ServedBy.PERSONAL
    assert told(feed.what.items) == [
        ("Waltz", "Because you liked Tango"),
        ("Polka", "Because you liked Tango"),
        ("Cake", POPULAR),
        ("Bread", POPULAR),
    ]
    assert [one.score for one in feed.what.items] == [1.0, 0.5, 0.0, 0.0]
    assert (feed.what.total, feed.what.next) == (4, None)


async def test_a_bad_rating_takes_back_what_a_view_led_to(
    recommendations: Recommendations, storage: SqliteStorage, playback: Playback, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    await playback.view(caller_of(ANN), TANGO.id)
    assert told((await for_ann(recommendations)).what.items)[0] == ("Waltz", "Because you watched Tango")
    await ratings.rate(caller_of(ANN), TANGO.id, 1)
    assert {one.score for one in (await for_ann(recommendations)).what.items} == {0.0}


async def test_the_pages_of_a_feed_are_one_list(
    recommendations: Recommendations, storage: SqliteStorage, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    whole = (await for_ann(recommendations)).what.items
    by_number = [
        one
        for number in (1, 2)
        for one in (await for_ann(recommendations, PageRequest(number, 3))).what.items
    ]
    first = (await for_ann(recommendations, PageRequest(size=1))).what
    second = (await for_ann(recommendations, PageRequest(size=3, after=first.next))).what
    assert by_number == list(whole) == [*first.items, *second.items]
    assert (first.total, second.next) == (4, None)


async def test_what_is_hidden_is_neither_shown_nor_named(
    recommendations: Recommendations, storage: SqliteStorage, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    for video in (TANGO, WALTZ):
        await hide(storage, video)
    feed = (await for_ann(recommendations)).what.items
    assert told(feed)[0] == ("Polka", "Because of what you liked")
    assert {one.video.title for one in feed} == {"Polka", "Bread", "Cake"}


async def test_what_is_of_another_kind_moves_up_and_scores_still_fall(
    recommendations: Recommendations, storage: SqliteStorage, ratings: Ratings
) -> None:
    other = titled("Salsa", by=OTHER_UPLOADER)
    await keep(storage, other)
    await put_into_use(storage, neighbours_of({TANGO: {WALTZ: 1.0, POLKA: 0.98, other: 0.96}}))
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    feed = (await for_ann(recommendations)).what.items[:3]
    assert [one.video.title for one in feed] == ["Waltz", "Salsa", "Polka"]
    assert [one.score for one in feed] == pytest.approx([1.0, 0.96, 0.96])


async def test_a_new_video_that_is_like_what_one_liked_comes_into_the_feed(
    recommendations: Recommendations, storage: SqliteStorage, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    new = titled("Tango with the feet", hours=9)
    await keep(storage, new)
    await embed(storage, TANGO, new, CAKE)
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    feed = await for_ann(recommendations)
    assert feed.by is ServedBy.PERSONAL
    assert told(feed.what.items)[:3] == [
        (title, "Because you liked Tango") for title in ("Waltz", "Polka", "Tango with the feet")
    ]


async def test_nothing_that_was_met_is_ever_shown_again(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, playback: Playback, ratings: Ratings
) -> None:
    chance = random.Random(4)
    people = [an_account() for _ in range(12)]
    videos = [a_video(chance.choice(people)) for _ in range(60)]
    await keep(storage, *people, *videos)
    met: dict[Account, set[VideoId]] = {
        person: {video.id for video in videos if video.uploader_id == person.id} for person in people
    }
    for person in people:
        for video in chance.sample(videos, 25):
            clock.advance(timedelta(minutes=1))
            met[person].add(video.id)
            if chance.random() < 0.5:
                await playback.view(caller_of(person), video.id)
            else:
                await ratings.rate(caller_of(person), video.id, chance.choice((1, 3, 4, 5, 5)))
    await Learning(storage, clock, ids, LocalTrainer(), every=timedelta(days=1)).learn(ORIGIN, Watcher())
    recommendations = made_of(storage, clock)
    for person in people:
        feed = await recommendations.for_you(caller_of(person), PageRequest(size=100))
        shown = [one.video.id for one in feed.what.items]
        assert feed.by is ServedBy.PERSONAL
        assert set(shown) == {video.id for video in videos} - met[person]
        assert len(shown) == len(set(shown)) == feed.what.total


# What is alike.


async def test_without_a_model_the_feed_is_of_what_is_alike(
    recommendations: Recommendations, storage: SqliteStorage, playback: Playback
) -> None:
    near, far = titled("Baking bread"), titled("Trains")
    await keep(storage, near, far)
    await embed(storage, BREAD, CAKE, near, far)
    await playback.view(caller_of(ANN), BREAD.id)
    feed = await for_ann(recommendations)
    assert feed.by is ServedBy.CONTENT
    assert told(feed.what.items)[:2] == [
        ("Baking bread", "Because you watched Bread"),
        ("Cake", "Because you watched Bread"),
    ]
    assert {one.score for one in feed.what.items[2:]} == {0.0}


async def test_related_is_what_is_about_similar_things_and_what_others_like_too(
    recommendations: Recommendations, storage: SqliteStorage
) -> None:
    near = titled("Tango with the feet")
    await keep(storage, near)
    await dances_go_together(storage)
    await embed(storage, TANGO, WALTZ, near)
    found = await recommendations.related(TANGO.id, 5)
    assert found.by is ServedBy.CONTENT
    assert told(found.what) == [
        ("Tango with the feet", SIMILAR),
        ("Waltz", TOGETHER),
        ("Polka", TOGETHER),
        ("Cake", POPULAR),
        ("Bread", POPULAR),
    ]
    scores = [one.score for one in found.what]
    assert scores == sorted(scores, reverse=True)


# Where a source is away, or too slow.


@pytest.mark.parametrize("broken", [Away, Late])
@pytest.mark.parametrize(
    ("parts", "by", "first"),
    [
        (("learned",), ServedBy.CONTENT, "Baking bread"),
        (("vectors",), ServedBy.PERSONAL, "Cake"),
        (("learned", "vectors"), ServedBy.CONTENT, "Cake"),
        (("learned", "vectors", "taste"), ServedBy.TRENDING, "Polka"),
        (("search",), ServedBy.PERSONAL, "Cake"),
        (("learned", "search"), ServedBy.CONTENT, "Baking bread"),
        (("learned", "vectors", "search"), ServedBy.LATEST, "Baking bread"),
        (("learned", "vectors", "search", "taste", "playback"), ServedBy.LATEST, "Baking bread"),
    ],
)
async def test_a_feed_comes_from_the_next_source_where_one_fails(
    recommendations: Recommendations,
    storage: SqliteStorage,
    clock: ManualClock,
    ratings: Ratings,
    playback: Playback,
    broken: type[Away] | type[Late],
    parts: tuple[str, ...],
    by: ServedBy,
    first: str,
) -> None:
    near = titled("Baking bread", "loaf", hours=8)
    await keep(storage, near)
    await embed(storage, BREAD, near)
    await dances_go_together(storage)
    await ratings.rate(caller_of(ANN), BREAD.id, 5)
    await playback.view(NOBODY, POLKA.id)
    feed = await for_ann(made_of(store_with(storage, **dict.fromkeys(parts, broken())), clock))
    assert (feed.by, feed.what.items[0].video.title) == (by, first)
    nobody_knows_what_was_met = {"taste", "search"}.issubset(parts)
    assert (BREAD.id in {one.video.id for one in feed.what.items}) is nobody_knows_what_was_met
    if by is ServedBy.LATEST:
        assert {one.reason for one in feed.what.items} == {NEWEST}


class AwayAtFirst:
    """Keeps TasteStore, but for the first time that it is asked."""

    def __init__(self, store: TasteStore) -> None:
        self._store = store
        self._is_back = False

    async def of(self, account_id: AccountId) -> Taste:
        if not self._is_back:
            self._is_back = True
            raise Unavailable
        return await self._store.of(account_id)


async def test_what_was_met_is_asked_for_once_more_before_the_newest_are_shown(
    recommendations: Recommendations, storage: SqliteStorage, clock: ManualClock, ratings: Ratings
) -> None:
    await ratings.rate(caller_of(ANN), BREAD.id, 5)
    parts = {"taste": AwayAtFirst(storage.taste), "search": Away()}
    feed = await for_ann(made_of(store_with(storage, **parts), clock))
    assert feed.by is ServedBy.LATEST
    assert [one.video.title for one in feed.what.items] == ["Cake", "Polka", "Waltz", "Tango"]


@pytest.mark.parametrize("broken", [Away, Late])
@pytest.mark.parametrize(
    ("parts", "by", "titles"),
    [
        (("learned",), ServedBy.CONTENT, ["Baking bread", "Cake"]),
        (("vectors",), ServedBy.CONTENT, ["Cake", "Baking bread"]),
        (("vectors", "learned"), ServedBy.CONTENT, ["Cake", "Baking bread"]),
        (("vectors", "learned", "search"), ServedBy.TRENDING, ["Polka", "Baking bread"]),
        (("vectors", "learned", "search", "playback"), ServedBy.LATEST, ["Baking bread", "Cake"]),
    ],
)
async def test_related_comes_from_the_next_source_where_one_fails(
    recommendations: Recommendations,
    storage: SqliteStorage,
    clock: ManualClock,
    playback: Playback,
    broken: type[Away] | type[Late],
    parts: tuple[str, ...],
    by: ServedBy,
    titles: list[str],
) -> None:
    near = titled("Baking bread", hours=8)
    await keep(storage, near)
    await embed(storage, BREAD, near)
    await dances_go_together(storage)
    await playback.view(NOBODY, POLKA.id)
    failing = made_of(store_with(storage, **dict.fromkeys(parts, broken())), clock)
    found = await failing.related(BREAD.id, 5)
    assert (found.by, [one.video.title for one in found.what[:2]]) == (by, titles)
    assert len(found.what) == 5


async def test_nobody_waits_for_what_never_answers(
    recommendations: Recommendations, storage: SqliteStorage, clock: ManualClock
) -> None:
    parts = ("learned", "vectors", "search", "taste", "playback")
    silent = made_of(store_with(storage, **dict.fromkeys(parts, Silent())), clock, seconds=SOON)
    assert (await for_ann(silent)).by is ServedBy.LATEST
    assert (await silent.related(BREAD.id, 5)).by is ServedBy.LATEST


async def test_what_failed_once_is_asked_again(
    recommendations: Recommendations, storage: SqliteStorage, clock: ManualClock
) -> None:
    near = titled("Baking bread", hours=8)
    await keep(storage, near)
    feeds = made_of(storage, clock)
    assert [one.video.title for one in (await feeds.related(BREAD.id, 1)).what] == ["Cake"]
    await embed(storage, BREAD, near)
    assert [one.video.title for one in (await feeds.related(BREAD.id, 1)).what] == ["Baking bread"]


# Experiments.


@pytest.mark.parametrize(
    ("arm", "by", "first"),
    [
        ("learned", ServedBy.PERSONAL, "Cake"),
        ("content", ServedBy.CONTENT, "Baking bread"),
        ("trending", ServedBy.TRENDING, "Polka"),
        ("latest", ServedBy.LATEST, "Baking bread"),
        ("no such step", ServedBy.PERSONAL, "Cake"),
        (None, ServedBy.PERSONAL, "Cake"),
    ],
)
async def test_an_arm_is_the_step_that_the_chain_begins_with(
    recommendations: Recommendations,
    storage: SqliteStorage,
    clock: ManualClock,
    ratings: Ratings,
    playback: Playback,
    arm: str | None,
    by: ServedBy,
    first: str,
) -> None:
    near = titled("Baking bread", hours=8)
    await keep(storage, near)
    await embed(storage, BREAD, near)
    await dances_go_together(storage)
    await ratings.rate(caller_of(ANN), BREAD.id, 5)
    await playback.view(NOBODY, POLKA.id)
    feed = await for_ann(made_of(storage, clock, dealing=Dealing(arm)))
    assert (feed.by, feed.what.items[0].video.title) == (by, first)
    assert BREAD.id not in {one.video.id for one in feed.what.items}


async def test_the_pages_of_the_newest_are_one_list(
    recommendations: Recommendations, storage: SqliteStorage, clock: ManualClock, ratings: Ratings
) -> None:
    await dances_go_together(storage)
    await ratings.rate(caller_of(ANN), BREAD.id, 5)
    feeds = made_of(storage, clock, dealing=Dealing("latest"))
    first = (await for_ann(feeds, PageRequest(size=3))).what
    second = (await for_ann(feeds, PageRequest(size=3, after=first.next))).what
    titles = [one.video.title for one in (*first.items, *second.items)]
    assert titles == ["Cake", "Polka", "Waltz", "Tango"]
    assert (first.total, second.total, second.next) == (4, 4, None)


def test_each_arm_that_comes_with_killrvideo_is_a_step_of_its_own() -> None:
    [declared] = [one for one in DECLARED if one.key == RECOMMENDER]
    assert [STEP_OF_ARM[arm.name] for arm in declared.arms] == [ServedBy.PERSONAL, ServedBy.CONTENT]


async def test_nobody_takes_part_to_whom_all_arms_show_the_same(
    recommendations: Recommendations,
    storage: SqliteStorage,
    clock: ManualClock,
    ratings: Ratings,
    playback: Playback,
) -> None:
    dealing = Dealing("content")
    feeds = made_of(storage, clock, dealing=dealing)
    await ratings.rate(caller_of(ANN), TANGO.id, 5)
    await for_ann(feeds)  # No model yet.
    await dances_go_together(storage)
    await feeds.for_you(caller_of(UPLOADER), FIRST_PAGE)  # No signs.
    await playback.view(caller_of(OTHER_UPLOADER), CAKE.id)
    await feeds.for_you(caller_of(OTHER_UPLOADER), FIRST_PAGE)  # Signs that nothing was learned of.
    assert dealing.asked == []

    await for_ann(feeds)
    assert dealing.asked == [RECOMMENDER]


async def test_a_person_who_did_nothing_is_shown_what_is_watched_most(
    recommendations: Recommendations, storage: SqliteStorage, playback: Playback
) -> None:
    await dances_go_together(storage)
    await playback.view(NOBODY, POLKA.id)
    feed = await for_ann(recommendations)
    assert feed.by is ServedBy.TRENDING
    assert told(feed.what.items)[0] == ("Polka", POPULAR)
    assert len(feed.what.items) == len(ALL)
