"""What every store of learned models keeps, and every store of taste."""

from datetime import timedelta

import pytest

from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId, ViewId
from killrvideo.domain.learning import STRENGTH_OF_STARS, STRENGTH_OF_VIEW
from killrvideo.domain.neighbours import Neighbours
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.taste import SIGNS_MOST, Sign, Taste
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep
from tests.builders.learning import a_card, put_into_use
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)


def some_videos(count: int) -> list[VideoId]:
    return [VideoId(IDS.new()) for _ in range(count)]


# Learned models.


async def test_before_anything_is_learned_there_is_no_model(storage: Storage) -> None:
    assert await storage.learned.active() is None
    assert await storage.learned.recent(10) == []


async def test_the_model_in_use_is_the_last_that_was_put_into_use(storage: Storage) -> None:
    cards = [await put_into_use(storage, {}, number=number) for number in (1, 2, 3)]
    assert await storage.learned.active() == cards[2]
    assert await storage.learned.recent(2) == [cards[2], cards[1]]


@pytest.mark.parametrize("number", [1, 3])
async def test_whoever_was_overtaken_puts_nothing_into_use(storage: Storage, number: int) -> None:
    first = await put_into_use(storage, {})
    work = storage.begin("tests.learned", ORIGIN)
    storage.learned.activate(work, a_card(number))
    with pytest.raises(StaleVersion):
        await work.commit()
    assert await storage.learned.recent(10) == [first]


async def test_neighbours_come_back_as_they_were_kept(storage: Storage) -> None:
    one, other, unknown, *others = some_videos(120)
    lists = {one: Neighbours.of({other: 0.5, others[0]: -0.25}), other: Neighbours.of({one: 1.0})}
    lists |= {video: Neighbours.of({one: 0.125}) for video in others}
    first, second = IDS.new(), IDS.new()
    await storage.learned.keep(first, lists)
    await storage.learned.keep(first, lists)
    await storage.learned.keep(second, {one: Neighbours.of({other: 2.0})})
    asked = [one, other, unknown, *others]
    assert await storage.learned.neighbours(first, asked) == lists
    assert await storage.learned.neighbours(second, {one, other}) == {one: Neighbours.of({other: 2.0})}
    assert await storage.learned.neighbours(first, []) == {}


async def test_lists_that_are_dropped_are_gone_and_others_stay(storage: Storage) -> None:
    one, other = some_videos(2)
    gone, kept = IDS.new(), IDS.new()
    for lists in (gone, kept):
        await storage.learned.keep(lists, {one: Neighbours.of({other: 1.0}), other: Neighbours.of({})})
    await storage.learned.drop(gone)
    assert await storage.learned.neighbours(gone, [one, other]) == {}
    assert len(await storage.learned.neighbours(kept, [one, other])) == 2


# Taste.


def rated(video: Video, who: Account, stars: int, hours: int) -> Rating:
    at = START + hours * HOUR
    return Rating(video_id=video.id, account_id=who.id, stars=stars, created_at=at, updated_at=at)


def viewed(video: Video, who: Account, hours: int) -> View:
    return View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=who.id, at=START + hours * HOUR)


async def test_who_did_nothing_has_no_taste(storage: Storage) -> None:
    newcomer = an_account()
    await keep(storage, newcomer)
    assert await storage.taste.of(newcomer.id) == Taste()


async def test_signs_are_newest_first_and_ratings_say_more_than_views(storage: Storage) -> None:
    reader, other = an_account(), an_account()
    liked, disliked, watched, hidden, own, foreign = (a_video(who) for who in (*[other] * 4, reader, other))
    await keep(storage, reader, other, liked, disliked, watched, hidden, own, foreign)
    await keep(
        storage,
        viewed(disliked, reader, 9),
        rated(disliked, reader, 1, 1),
        rated(liked, reader, 5, 8),
        viewed(liked, reader, 2),
        viewed(watched, reader, 3),
        viewed(watched, reader, 7),
        viewed(hidden, reader, 4),
        viewed(foreign, other, 5),
        rated(foreign, other, 5, 5),
    )
    await hide(storage, hidden)
    taste = await storage.taste.of(reader.id)
    assert taste.signs == (
        Sign(disliked.id, STRENGTH_OF_STARS[1], 1),
        Sign(liked.id, STRENGTH_OF_STARS[5], 5),
        Sign(watched.id, STRENGTH_OF_VIEW),
        Sign(hidden.id, STRENGTH_OF_VIEW),
    )
    assert taste.met == {liked.id, disliked.id, watched.id, hidden.id, own.id}


async def test_a_rating_that_is_withdrawn_leaves_the_view(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    video = a_video(uploader)
    await keep(storage, reader, uploader, video, rated(video, reader, 5, 1), viewed(video, reader, 0))
    work = storage.begin("tests.withdraw", ORIGIN)
    storage.ratings.withdraw(work, video.id, reader.id)
    await work.commit()
    assert (await storage.taste.of(reader.id)).signs == (Sign(video.id, STRENGTH_OF_VIEW),)


async def test_only_so_many_signs_count_and_all_that_was_met_is_known(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    videos = [a_video(uploader) for _ in range(SIGNS_MOST + 5)]
    await keep(storage, reader, uploader)
    for start in range(0, len(videos), 35):
        await keep(storage, *videos[start : start + 35])
    for number, video in enumerate(videos):
        await keep(storage, viewed(video, reader, number))
    taste = await storage.taste.of(reader.id)
    assert [sign.video_id for sign in taste.signs] == [video.id for video in reversed(videos)][:SIGNS_MOST]
    assert taste.met == {video.id for video in videos}


async def test_of_an_erased_account_nothing_is_left_that_says_what_it_likes(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    video = a_video(uploader)
    await keep(storage, reader, uploader, video, viewed(video, reader, 0))
    assert (await storage.taste.of(reader.id)).signs
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, reader.changed(status=AccountStatus.ERASED))
    await work.commit()
    assert await storage.taste.of(reader.id) == Taste()
