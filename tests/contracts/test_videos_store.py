"""What every store of videos keeps."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.errors import AlreadySubmitted, StaleVersion
from killrvideo.domain.ids import ActivityId, FlagId, VideoId, ViewId
from killrvideo.domain.moderation import Flag, FlagReason
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import LocationType, Totals, VideoStatus
from killrvideo.service_interfaces.hiding import show_video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.hiding import hide_all_of
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)
ALL = PageRequest(size=100)


async def test_a_video_comes_back_as_it_was_stored(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(
        uploader,
        title="Reading a query plan",
        title_is_provisional=True,
        description="Line by line.\nSlowly.",
        tags=("SQL", 'say "plan"', "straße \\ path", "数据"),
        location="uploads/7",
        location_type=LocationType.UPLOAD,
        youtube_id=None,
        thumbnail_url="https://example.org/7.jpg",
        duration_seconds=3599,
        content_rating="PG",
        category="Education",
        language="en",
        status=VideoStatus.ERROR,
        error="The file was empty.",
        updated_at=START + HOUR,
        version=3,
        causes=Cause.AUTHOR | Cause.ACCOUNT,
        deleted_at=START + 2 * HOUR,
    )
    await keep(storage, uploader, video)
    assert await storage.videos.get(video.id) == video


async def test_a_video_with_nothing_optional_comes_back_too(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, status=VideoStatus.PENDING)
    await keep(storage, uploader, video)
    assert await storage.videos.get(video.id) == video


async def test_an_unknown_video_is_none(storage: Storage) -> None:
    assert await storage.videos.get(VideoId(UUID(int=7))) is None


async def test_purgeable_is_what_was_removed_long_enough_ago(storage: Storage) -> None:
    uploader = an_account()
    kept, removed = a_video(uploader), a_video(uploader)
    await keep(storage, uploader, kept, removed)
    await hide(storage, removed)
    assert await storage.videos.purgeable(START, 10) == []
    assert await storage.videos.purgeable(START + HOUR, 10) == [removed.id]
    assert await storage.videos.purgeable(START + HOUR, 0) == []


async def test_what_only_a_suspension_hides_is_not_purgeable_until_the_account_is_erased(
    storage: Storage,
) -> None:
    uploader = an_account()
    video, deleted = a_video(uploader), a_video(uploader)
    await keep(storage, uploader, video, deleted)
    await hide(storage, deleted)
    await hide_all_of(storage, uploader)
    assert await storage.videos.purgeable(START + HOUR, 10) == [deleted.id]
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, uploader.changed(status=AccountStatus.ERASED))
    await work.commit()
    assert set(await storage.videos.purgeable(START + HOUR, 10)) == {video.id, deleted.id}


async def test_one_uploader_submits_a_video_once(storage: Storage) -> None:
    uploader, somebody = an_account(), an_account()
    video = a_video(uploader)
    await keep(storage, uploader, somebody, video)
    with pytest.raises(AlreadySubmitted):
        await keep(storage, a_video(uploader, youtube_id=video.youtube_id))
    await keep(storage, a_video(somebody, youtube_id=video.youtube_id))
    await keep(storage, a_video(uploader, youtube_id=None), a_video(uploader, youtube_id=None))
    assert await storage.videos.count() == 4


@pytest.mark.parametrize(
    ("cause", "again"), [(Cause.AUTHOR, True), (Cause.ACCOUNT, True), (Cause.MODERATION, False)]
)
async def test_after_a_removal_by_moderation_it_may_not_be_submitted_again(
    storage: Storage, cause: Cause, again: bool
) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    await hide(storage, video, cause)
    twin = a_video(uploader, youtube_id=video.youtube_id)
    if again:
        await keep(storage, twin)
        return
    with pytest.raises(AlreadySubmitted):
        await keep(storage, twin)


async def test_a_restored_video_can_meet_its_twin(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    await hide(storage, video)
    twin = a_video(uploader, youtube_id=video.youtube_id)
    await keep(storage, twin)
    work = storage.begin("tests.restore", ORIGIN)
    show_video(storage, work, await present(storage, video.id), Cause.AUTHOR, START)
    with pytest.raises(AlreadySubmitted):
        await work.commit()
    assert (await storage.videos.latest(ALL)).items == (twin,)
    assert len(await storage.removals.of(ContentType.VIDEO, video.id)) == 1


async def test_a_stale_version_changes_nothing(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    await change(storage, video.changed(START, title="The first to come"))
    with pytest.raises(StaleVersion):
        await change(storage, video.changed(START, title="A moment too late"))
    with pytest.raises(StaleVersion):
        await change(storage, a_video(uploader).changed(START, title="Never stored"))
    assert (await present(storage, video.id)).title == "The first to come"
    assert (await storage.search.search("late", SearchFilter(), ALL)).total == 0


async def test_an_edit_does_not_touch_the_totals(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    rating = Rating(video_id=video.id, account_id=uploader.id, stars=4, created_at=START, updated_at=START)
    view = View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=None, at=START)
    await keep(storage, uploader, video, rating, view)
    await change(storage, video.changed(START, title="Another title"))
    assert (await present(storage, video.id)).totals == Totals(views=1, ratings=1, stars=4)


async def test_an_opening_balance_is_counted_beside_the_videos_own_views(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    for balance in (1000, 250):
        work = storage.begin("tests.import", ORIGIN)
        storage.videos.set_opening_views(work, video.id, balance)
        view = View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=None, at=START)
        storage.playback.add_view(work, view)
        await work.commit()
    assert (await present(storage, video.id)).totals.views == 252


async def test_a_purge_takes_everything_that_hangs_on_the_video_but_the_flags(storage: Storage) -> None:
    uploader, fan = an_account(), an_account()
    video, other = a_video(uploader, tags=("jazz",)), a_video(uploader, tags=("jazz",))
    comment, kept_comment = a_comment(video, fan), a_comment(other, fan)
    rating = Rating(video_id=video.id, account_id=fan.id, stars=5, created_at=START, updated_at=START)
    view = View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=fan.id, at=START)
    await keep(storage, uploader, fan, video, other, comment, kept_comment, rating, view)
    flag = Flag(
        id=FlagId(IDS.new()),
        reporter_id=fan.id,
        content_type=ContentType.VIDEO,
        content_id=video.id,
        video_id=video.id,
        reason=FlagReason.SPAM,
        created_at=START,
        updated_at=START,
    )
    work = storage.begin("tests.use", ORIGIN)
    storage.flags.add(work, flag)
    storage.vectors.put(work, video.id, "model", [1.0], START, text_digest=None)
    watched = WatchTime(id=ViewId(IDS.new()), video_id=video.id, viewer_id=fan.id, seconds=60, at=START)
    storage.playback.add_watch_time(work, watched)
    done = Activity(
        id=ActivityId(IDS.new()),
        account_id=fan.id,
        kind=ActivityKind.COMMENT,
        video_id=video.id,
        comment_id=comment.id,
        at=START,
    )
    storage.activity.add(work, done)
    await work.commit()
    await hide(storage, comment)
    await hide(storage, video, Cause.MODERATION)

    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, video.id))
    await work.commit()

    assert await storage.videos.get(video.id) is None
    assert await storage.comments.get(comment.id) is None
    assert await storage.comments.all_of(fan.id) == [await storage.comments.get(kept_comment.id)]
    assert await storage.ratings.all_of(fan.id) == []
    assert await storage.playback.views_of(fan.id) == []
    assert await storage.playback.watch_time_of(fan.id) == []
    assert await storage.activity.all_of(fan.id) == []
    assert await storage.vectors.get(video.id, "model") is None
    assert (await storage.removals.page(None, ALL)).total == 0
    assert (await storage.search.search("rain", SearchFilter(), ALL)).total == 1
    assert (await storage.videos.by_tag("jazz", ALL)).items == (other,)
    assert await storage.flags.get(flag.id) == flag


async def test_a_new_video_is_not_found_by_the_words_of_a_purged_one(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    storage.videos.add(work, a_video(uploader, title="Snow", status=VideoStatus.PENDING))
    await work.commit()
    assert (await storage.search.search("rain", SearchFilter(), ALL)).total == 0


async def test_a_purge_spares_a_public_video_that_changed_meanwhile(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, tags=("jazz",))
    await keep(storage, uploader, video)
    await change(storage, video.changed(START, title="It is still wanted"))
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    with pytest.raises(StaleVersion):
        await work.commit()
    assert (await storage.search.search("wanted", SearchFilter(), ALL)).total == 1
    assert await storage.search.suggest_tags("ja", 10) == ["jazz"]


async def test_who_submitted_it_and_when_never_changes(storage: Storage) -> None:
    uploader, thief = an_account(), an_account()
    video = a_video(uploader)
    await keep(storage, uploader, thief, video)
    taken = replace(video.changed(START), uploader_id=thief.id, submitted_at=START + HOUR)
    await change(storage, taken)
    now = await present(storage, video.id)
    assert (now.uploader_id, now.submitted_at) == (uploader.id, START)
