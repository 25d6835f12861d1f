"""What every index of videos keeps when it is asked what is like a video, and what an account may like."""

from datetime import timedelta

from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import VideoId, ViewId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)
ALL = PageRequest(size=100)


def viewed(video: Video, viewer: Account | None = None, hours_ago: int = 0) -> View:
    viewer_id = None if viewer is None else viewer.id
    return View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer_id, at=START - hours_ago * HOUR)


async def like(storage: Storage, video: Video, limit: int = 20) -> dict[str, float]:
    """Scores by title, best first."""
    hits = await storage.search.similar(video, limit)
    return {(await present(storage, hit.video_id)).title: hit.score for hit in hits}


async def test_the_more_tags_are_shared_the_more_alike(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Subject", tags=("Jazz", "live", "piano"))
    others = [
        a_video(uploader, title="two of four", tags=("jazz", "LIVE", "drums")),
        a_video(uploader, title="all", tags=("piano", "jazz", "live")),
        a_video(uploader, title="three of nine", tags=("jazz", "live", "piano", *"abcdef")),
        a_video(uploader, title="one of five", tags=("jazz", "brass", "studio")),
        a_video(uploader, title="none", tags=("cooking",)),
    ]
    await keep(storage, uploader, video, *others)
    scores = await like(storage, video)
    assert list(scores) == ["all", "two of four", "three of nine", "one of five"]
    assert all(0 < score <= 1 for score in scores.values())
    assert list(await like(storage, video, limit=1)) == ["all"]


async def test_rare_words_of_title_and_description_are_shared_too(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Baking sourdough", description="With a starter called Ferdinand.")
    others = [
        a_video(uploader, title="Ferdinand moves out"),
        a_video(uploader, title="Sourdough baking for two"),
        a_video(uploader, title="With a view of the sea"),
    ]
    await keep(storage, uploader, video, *others)
    assert list(await like(storage, video)) == ["Sourdough baking for two", "Ferdinand moves out"]


async def test_tags_and_words_add_up(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Volcano", tags=("earth",))
    both = a_video(uploader, title="Volcano again", tags=("earth",), submitted_at=START - HOUR)
    tagged, worded = (
        a_video(uploader, title="Plates", tags=("earth",)),
        a_video(uploader, title="Volcano too"),
    )
    await keep(storage, uploader, video, tagged, worded, both)
    scores = await like(storage, video)
    assert set(scores) == {"Volcano again", "Plates", "Volcano too"}
    assert scores["Volcano again"] > max(scores["Plates"], scores["Volcano too"])


async def test_only_what_shows_is_alike_and_ties_are_newest_first(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Subject", tags=("jazz",))
    old = a_video(uploader, title="old", tags=("jazz",), submitted_at=START - HOUR)
    new = a_video(uploader, title="new", tags=("jazz",))
    hidden = a_video(uploader, title="hidden", tags=("jazz",))
    pending = a_video(uploader, title="pending", tags=("jazz",), status=VideoStatus.PENDING)
    await keep(storage, uploader, video, new, old, hidden, pending)
    await hide(storage, hidden)
    assert list(await like(storage, video)) == ["new", "old"]


async def test_nothing_is_like_a_video_without_words(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="???")
    await keep(storage, uploader, video, a_video(uploader, title="!!!"))
    assert await like(storage, video) == {}


async def test_taste_ranks_by_the_weights_of_tags_and_the_rest_by_views_of_late(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    both, jazz, rock, popular, seen_once, old, new = (
        a_video(uploader, title=title, tags=tags, submitted_at=START - age * HOUR)
        for title, tags, age in (
            ("both", ("Jazz", "rock"), 9),
            ("jazz", ("jazz", "other"), 8),
            ("rock", ("ROCK",), 7),
            ("popular", (), 6),
            ("seen once", ("other",), 5),
            ("old", (), 4),
            ("new", (), 3),
        )
    )
    views = [viewed(popular), viewed(popular), viewed(seen_once)]
    await keep(storage, reader, uploader, new, old, seen_once, popular, rock, jazz, both, *views)
    page = await storage.search.by_taste({"JAZZ": 3.0, "rock": 1.0}, reader.id, ALL)
    ranked = [((await present(storage, hit.video_id)).title, hit.score) for hit in page.items]
    assert ranked == [
        ("both", 1.0),
        ("jazz", 0.75),
        ("rock", 0.25),
        ("popular", 0.0),
        ("seen once", 0.0),
        ("new", 0.0),
        ("old", 0.0),
    ]
    assert (page.total, page.next) == (7, None)


async def test_ties_of_taste_go_by_views_of_late_not_of_long_ago(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    lately, once = (a_video(uploader, tags=("jazz",)) for _ in range(2))
    newest = a_video(uploader, tags=("jazz",), submitted_at=START + HOUR)
    long_ago = [viewed(once, hours_ago=24 * 30) for _ in range(9)]
    await keep(storage, reader, uploader, once, lately, newest, viewed(lately), *long_ago)
    page = await storage.search.by_taste({"jazz": 1.0}, reader.id, ALL)
    assert [hit.video_id for hit in page.items] == [lately.id, newest.id, once.id]


async def test_what_the_account_viewed_rated_or_uploaded_is_left_out(storage: Storage) -> None:
    reader, other = an_account(), an_account()
    own, watched, rated, hidden = (a_video(who) for who in (reader, other, other, other))
    left = a_video(other)
    rating = Rating(video_id=rated.id, account_id=reader.id, stars=1, created_at=START, updated_at=START)
    others_rating = Rating(video_id=left.id, account_id=other.id, stars=1, created_at=START, updated_at=START)
    await keep(storage, reader, other, own, watched, rated, hidden, left)
    await keep(storage, viewed(watched, reader), rating, viewed(left, other), viewed(left), others_rating)
    await hide(storage, hidden)
    page = await storage.search.by_taste({}, reader.id, ALL)
    assert [hit.video_id for hit in page.items] == [left.id]
    assert page.total == 1


async def test_pages_of_taste_run_through_the_whole_list(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    videos = [
        a_video(uploader, tags=("jazz",) if number < 3 else (), submitted_at=START + number * HOUR)
        for number in range(9)
    ]
    views = [viewed(video) for video in videos[5:7]]
    await keep(storage, reader, uploader, *videos, *views)
    whole = (await storage.search.by_taste({"jazz": 2.0}, reader.id, ALL)).items
    assert len(whole) == 9
    followed: list[VideoId] = []
    after = None
    for number in (1, 2, 3):
        page = await storage.search.by_taste({"jazz": 2.0}, reader.id, PageRequest(size=4, after=after))
        by_number = await storage.search.by_taste({"jazz": 2.0}, reader.id, PageRequest(number, 4))
        assert by_number == page
        assert page.total == 9
        followed += [hit.video_id for hit in page.items]
        after = page.next
    assert followed == [hit.video_id for hit in whole]
    assert after is None


async def test_a_shunned_tag_holds_a_liked_one_down(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    liked, less, shunned, new = (
        a_video(uploader, tags=tags, submitted_at=START + hours * HOUR)
        for hours, tags in enumerate((("jazz",), ("jazz", "live"), ("jazz", "rock"), ()))
    )
    await keep(storage, reader, uploader, liked, less, shunned, new)
    page = await storage.search.by_taste({"jazz": 1.0, "live": -0.5, "rock": -1.0}, reader.id, ALL)
    ranked = [(hit.video_id, hit.score) for hit in page.items]
    assert ranked == [(liked.id, 1.0), (less.id, 0.5), (new.id, 0.0), (shunned.id, 0.0)]


async def test_without_a_liked_tag_everything_is_equal(storage: Storage) -> None:
    reader, uploader = an_account(), an_account()
    jazz = a_video(uploader, tags=("jazz",), submitted_at=START - HOUR)
    new = a_video(uploader)
    await keep(storage, reader, uploader, jazz, new)
    page = await storage.search.by_taste({"jazz": 0.0, "rock": -1.0}, reader.id, ALL)
    assert [(hit.video_id, hit.score) for hit in page.items] == [(new.id, 0.0), (jazz.id, 0.0)]
