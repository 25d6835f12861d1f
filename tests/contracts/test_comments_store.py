"""What every store of comments keeps."""

from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import CommentId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.videos import VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.backends import CASSANDRA
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.hiding import hide_all_of
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

MINUTE = timedelta(minutes=1)
ALL = PageRequest(size=100)
ADA = PersonName("Ada", "Lovelace")


async def stored(storage: Storage, comment: Comment) -> Comment:
    found = await storage.comments.get(comment.id)
    assert found is not None
    return found


async def test_a_comment_comes_back_with_its_authors_name(storage: Storage) -> None:
    author = an_account(first_name="Grace", last_name="Hopper")
    video = a_video(author)
    comment = a_comment(
        video,
        author,
        text="Nanoseconds!\n⚡",
        sentiment=-0.25,
        edited_at=START + MINUTE,
        version=2,
        causes=Cause.MODERATION,
        deleted_at=START + 2 * MINUTE,
        author_name=PersonName("Grace", "Hopper"),
    )
    await keep(storage, author, video, comment)
    assert await storage.comments.get(comment.id) == comment
    assert await storage.comments.get(CommentId(UUID(int=7))) is None


async def test_a_comment_that_no_model_judged_has_no_sentiment(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    comment = a_comment(video, author, sentiment=None)
    await keep(storage, author, video, comment)
    assert (await stored(storage, comment)).sentiment is None


async def test_comments_of_an_erased_account_have_no_name(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    comment = a_comment(video, author)
    await keep(storage, author, video, comment)
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, author.changed(status=AccountStatus.ERASED))
    await work.commit()
    assert (await stored(storage, comment)).author_name is None


async def test_comments_on_a_video_are_newest_first_page_by_page(storage: Storage) -> None:
    author = an_account()
    video, other = a_video(author), a_video(author)
    # Twins, so that a page ends between two of the same instant.
    comments = [a_comment(video, author, created_at=START - number // 2 * MINUTE) for number in range(5)]
    await keep(storage, author, video, other, *comments, a_comment(other, author))
    whole = await storage.comments.on_video(video.id, ALL)
    assert whole.total == 5
    assert [(c.created_at, c.id) for c in whole.items] == sorted(
        ((c.created_at, c.id) for c in comments), reverse=True
    )
    first = await storage.comments.on_video(video.id, PageRequest(size=3))
    rest = await storage.comments.on_video(video.id, PageRequest(size=3, after=first.next))
    assert (*first.items, *rest.items) == whole.items
    assert rest.next is None
    assert (await storage.comments.on_video(video.id, PageRequest(number=2, size=3))).items == rest.items
    assert whole.items[0].author_name == ADA


async def test_a_removed_comment_leaves_lists_and_counts(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    shown, removed = a_comment(video, author), a_comment(video, author)
    await keep(storage, author, video, shown, removed)
    await hide(storage, removed)
    for page in (
        await storage.comments.on_video(video.id, ALL),
        await storage.comments.by_author(author.id, ALL),
    ):
        assert [comment.id for comment in page.items] == [shown.id]
        assert page.total == 1
    assert await storage.comments.count() == 1
    assert (await stored(storage, removed)).causes == Cause.AUTHOR


async def test_an_authors_comments_show_only_on_videos_that_show(storage: Storage, backend: str) -> None:
    author = an_account()
    public, hidden = a_video(author), a_video(author)
    pending = a_video(author, status=VideoStatus.PENDING)
    comments = [a_comment(video, author) for video in (public, hidden, pending)]
    await keep(storage, author, public, hidden, pending, *comments)
    await hide(storage, hidden)
    page = await storage.comments.by_author(author.id, ALL)
    assert [comment.id for comment in page.items] == [comments[0].id]
    assert page.total == 1
    # A distributed store does not know how many comments each video hides.
    assert await storage.comments.count() == (3 if backend == CASSANDRA else 1)


async def test_an_authors_comments_are_newest_first_page_by_page(storage: Storage) -> None:
    author, somebody = an_account(), an_account()
    video = a_video(author)
    comments = [a_comment(video, author, created_at=START - number * MINUTE) for number in range(5)]
    await keep(storage, author, somebody, video, *reversed(comments), a_comment(video, somebody))
    first = await storage.comments.by_author(author.id, PageRequest(size=3))
    rest = await storage.comments.by_author(author.id, PageRequest(size=3, after=first.next))
    assert [c.id for c in (*first.items, *rest.items)] == [c.id for c in comments]
    assert (first.total, rest.next) == (5, None)


async def test_the_archive_holds_everything_and_the_export_what_is_not_removed(storage: Storage) -> None:
    author, somebody = an_account(), an_account()
    public, pending, hidden = a_video(author), a_video(author, status=VideoStatus.PENDING), a_video(author)
    first = a_comment(public, author, created_at=START - MINUTE)
    removed, on_pending, on_hidden = (
        a_comment(public, author),
        a_comment(pending, author, created_at=START + MINUTE),
        a_comment(hidden, author, created_at=START + 2 * MINUTE),
    )
    others = a_comment(public, somebody, created_at=START - 2 * MINUTE)
    comments = (on_hidden, on_pending, removed, first, others)
    await keep(storage, author, somebody, public, pending, hidden, *comments)
    await hide(storage, removed)
    await hide(storage, hidden)
    archive = await storage.comments.all_of(author.id)
    assert [comment.id for comment in archive] == [first.id, removed.id, on_pending.id, on_hidden.id]
    exported = await storage.comments.all()
    assert [comment.id for comment in exported] == [others.id, first.id, on_pending.id]


async def test_an_edit_shows_and_a_stale_one_is_refused(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    comment = a_comment(video, author)
    await keep(storage, author, video, comment)
    edited = comment.changed(text="On second thought.", sentiment=-0.4, edited_at=START + MINUTE)
    await change(storage, edited)
    [shown] = (await storage.comments.on_video(video.id, ALL)).items
    assert (shown.text, shown.sentiment, shown.edited_at, shown.version) == (
        "On second thought.",
        -0.4,
        START + MINUTE,
        2,
    )
    with pytest.raises(StaleVersion):
        await change(storage, comment.changed(text="Too late."))
    assert (await stored(storage, comment)).text == "On second thought."


async def test_purgeable_is_what_was_removed_long_enough_ago(storage: Storage) -> None:
    author, suspended = an_account(), an_account()
    video = a_video(author)
    kept, removed, resting = a_comment(video, author), a_comment(video, author), a_comment(video, suspended)
    await keep(storage, author, suspended, video, kept, removed, resting)
    await hide(storage, removed)
    await hide_all_of(storage, suspended)
    assert await storage.comments.purgeable(START, 10) == []
    assert await storage.comments.purgeable(START + MINUTE, 10) == [removed.id]
    assert await storage.comments.purgeable(START + MINUTE, 0) == []


async def test_a_purge_takes_the_comment_and_its_removals(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    comment, other = a_comment(video, author), a_comment(video, author)
    await keep(storage, author, video, comment, other)
    await hide(storage, comment)
    await hide(storage, other)
    work = storage.begin("tests.purge", ORIGIN)
    storage.comments.purge(work, await stored(storage, comment))
    await work.commit()
    assert await storage.comments.get(comment.id) is None
    assert await storage.removals.of(ContentType.COMMENT, comment.id) == []
    assert len(await storage.removals.of(ContentType.COMMENT, other.id)) == 1
    assert await present(storage, video.id) == video


async def test_a_purge_spares_what_changed_meanwhile(storage: Storage) -> None:
    author = an_account()
    video = a_video(author)
    comment = a_comment(video, author)
    await keep(storage, author, video, comment)
    await change(storage, comment.changed(text="Still here."))
    work = storage.begin("tests.purge", ORIGIN)
    storage.comments.purge(work, comment)
    with pytest.raises(StaleVersion):
        await work.commit()
    assert (await stored(storage, comment)).text == "Still here."
