"""What every store of removals keeps; and what hiding all of an account's content does to the rest."""

from datetime import timedelta

import pytest

from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.hiding import show_video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.hiding import hide_all_of, show_all_of
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.videos import a_removal, a_video
from tests.holding_still import START

MINUTE = timedelta(minutes=1)
ALL = PageRequest(size=100)


async def add(storage: Storage, *removals: Removal) -> None:
    work = storage.begin("tests.remove", ORIGIN)
    for removal in removals:
        storage.removals.add(work, removal)
    await work.commit()


async def hide_all(storage: Storage, whose: Account, by: Account, at: timedelta = timedelta()) -> None:
    await hide_all_of(storage, whose, by.id, START + at, "for a rest")


async def test_the_first_removal_of_each_cause_is_kept(storage: Storage) -> None:
    owner, moderator = an_account(), an_account()
    video, other = a_video(owner), a_video(owner)
    await keep(storage, owner, moderator, video, other)
    own = a_removal(ContentType.VIDEO, video.id, Cause.AUTHOR, START, by=owner.id)
    moderated = a_removal(
        ContentType.VIDEO, video.id, Cause.MODERATION, START + MINUTE, by=moderator.id, reason="spam"
    )
    again = a_removal(ContentType.VIDEO, video.id, Cause.AUTHOR, START + 2 * MINUTE)
    await add(storage, own, moderated, again)
    assert await storage.removals.of(ContentType.VIDEO, video.id) == [own, moderated]
    assert await storage.removals.of(ContentType.COMMENT, video.id) == []
    assert await storage.removals.of(ContentType.VIDEO, other.id) == []


async def test_a_lifted_removal_is_gone_alone(storage: Storage) -> None:
    owner = an_account()
    video = a_video(owner)
    await keep(storage, owner, video)
    own, moderated = (
        a_removal(ContentType.VIDEO, video.id, cause, START) for cause in (Cause.AUTHOR, Cause.MODERATION)
    )
    await add(storage, own, moderated)
    work = storage.begin("tests.lift", ORIGIN)
    storage.removals.lift(work, ContentType.VIDEO, video.id, Cause.AUTHOR)
    storage.removals.lift(work, ContentType.VIDEO, video.id, Cause.ACCOUNT)
    await work.commit()
    assert await storage.removals.of(ContentType.VIDEO, video.id) == [moderated]


async def test_with_its_first_cause_gone_a_thing_is_deleted_since_the_next(storage: Storage) -> None:
    owner = an_account()
    video = a_video(owner)
    await keep(storage, owner, video)
    await hide(storage, video, Cause.MODERATION)
    await hide_all(storage, owner, owner, MINUTE)
    assert (await present(storage, video.id)).deleted_at == START
    work = storage.begin("tests.restore", ORIGIN)
    show_video(storage, work, await present(storage, video.id), Cause.MODERATION, START + MINUTE)
    await work.commit()
    assert (await present(storage, video.id)).deleted_at == START + MINUTE


async def test_removals_are_listed_newest_first_one_entry_a_cause(storage: Storage) -> None:
    owner = an_account()
    video, other = a_video(owner), a_video(owner)
    comment = a_comment(video, owner)
    await keep(storage, owner, video, other, comment)
    removals = [
        a_removal(ContentType.COMMENT, comment.id, Cause.AUTHOR, START + 2 * MINUTE),
        a_removal(ContentType.VIDEO, other.id, Cause.AUTHOR, START + MINUTE),
        a_removal(ContentType.VIDEO, video.id, Cause.MODERATION, START),
        a_removal(ContentType.VIDEO, video.id, Cause.AUTHOR, START),
    ]
    await add(storage, *reversed(removals))
    whole = await storage.removals.page(None, ALL)
    assert (list(whole.items), whole.total, whole.next) == (removals, 4, None)
    # The second page begins between two causes of one thing, of the same instant.
    first = await storage.removals.page(None, PageRequest(size=3))
    rest = await storage.removals.page(None, PageRequest(size=3, after=first.next))
    assert [*first.items, *rest.items] == removals
    assert list((await storage.removals.page(None, PageRequest(number=2, size=3))).items) == removals[3:]


async def test_removals_are_listed_by_type(storage: Storage) -> None:
    owner = an_account()
    video = a_video(owner)
    comment = a_comment(video, owner)
    await keep(storage, owner, video, comment)
    of_video = a_removal(ContentType.VIDEO, video.id, Cause.AUTHOR, START)
    of_comment = a_removal(ContentType.COMMENT, comment.id, Cause.AUTHOR, START)
    await add(storage, of_video, of_comment)
    for kind, removal in ((ContentType.VIDEO, of_video), (ContentType.COMMENT, of_comment)):
        page = await storage.removals.page(kind, ALL)
        assert (page.items, page.total) == ((removal,), 1)


async def test_a_position_of_another_list_is_refused(storage: Storage) -> None:
    with pytest.raises(InvalidCursor):
        await storage.removals.page(None, PageRequest(after=(5, "00")))


async def shown(storage: Storage, words: str, tag: str, author: Account) -> tuple[int, ...]:
    """How many there are in each list that the account's content is in."""
    return (
        (await storage.videos.latest(ALL)).total,
        (await storage.videos.by_tag(tag, ALL)).total,
        (await storage.search.search(words, SearchFilter(), ALL)).total,
        len(await storage.search.suggest_tags(tag, 10)),
        (await storage.comments.by_author(author.id, ALL)).total,
    )


async def test_hiding_all_of_an_account_takes_it_out_of_every_list_and_back(storage: Storage) -> None:
    owner, moderator, bystander = an_account(), an_account(), an_account()
    video = a_video(owner, title="A walk in Straßburg", tags=("Straße", "walk"), description="By night.")
    others = a_video(bystander, title="Another walk", tags=("other",))
    pending = a_video(owner, title="A walk to come", status=VideoStatus.PENDING, tags=("strasse",))
    comment = a_comment(others, owner)
    await keep(storage, owner, moderator, bystander, video, others, pending, comment)
    before = await shown(storage, "walk", "STRASSE", owner)
    assert before == (2, 1, 2, 1, 1)
    hits_before = await storage.search.search("night", SearchFilter(), ALL)

    await hide_all(storage, owner, moderator)
    assert await shown(storage, "walk", "strasse", owner) == (1, 0, 1, 0, 0)
    assert (await present(storage, pending.id)).causes == Cause.ACCOUNT
    assert await storage.removals.of(ContentType.COMMENT, comment.id) == [
        Removal(
            content_type=ContentType.COMMENT,
            content_id=comment.id,
            cause=Cause.ACCOUNT,
            by=moderator.id,
            at=START,
            reason="for a rest",
        )
    ]
    assert (await storage.removals.page(None, ALL)).total == 3

    await show_all_of(storage, owner)
    assert await shown(storage, "walk", "STRASSE", owner) == before
    assert await storage.search.search("night", SearchFilter(), ALL) == hits_before
    assert (await storage.removals.page(None, ALL)).total == 0
    assert (await present(storage, pending.id)).causes == Cause.NONE


async def test_versions_grow_by_one_so_that_nobody_writes_over_it(storage: Storage) -> None:
    owner = an_account()
    video = a_video(owner)
    comment = a_comment(video, owner)
    await keep(storage, owner, video, comment)
    await hide_all(storage, owner, owner)
    await hide_all(storage, owner, owner)
    hidden, hidden_comment = await present(storage, video.id), await storage.comments.get(comment.id)
    assert hidden_comment is not None
    assert (hidden.version, hidden_comment.version) == (2, 2)
    await show_all_of(storage, owner)
    await show_all_of(storage, owner)
    shown, shown_comment = await present(storage, video.id), await storage.comments.get(comment.id)
    assert shown_comment is not None
    assert (shown.version, shown_comment.version) == (3, 3)


async def test_what_another_cause_hides_stays_hidden(storage: Storage) -> None:
    owner = an_account()
    video, deleted = a_video(owner), a_video(owner)
    comment = a_comment(video, owner)
    await keep(storage, owner, video, deleted, comment)
    await hide_all(storage, owner, owner, -MINUTE)
    await hide(storage, await present(storage, deleted.id), Cause.MODERATION)
    hidden_comment = await storage.comments.get(comment.id)
    assert hidden_comment is not None
    await hide(storage, hidden_comment)
    await show_all_of(storage, owner)
    assert (await storage.videos.latest(ALL)).items == (await present(storage, video.id),)
    assert (await storage.search.search("rain", SearchFilter(), ALL)).total == 1
    still, still_comment = await present(storage, deleted.id), await storage.comments.get(comment.id)
    assert still_comment is not None
    # Deleted since the cause that is left, not since the one that is gone.
    assert (still.causes, still.deleted_at) == (Cause.MODERATION, START)
    assert (still_comment.causes, still_comment.deleted_at) == (Cause.AUTHOR, START)
    assert (await storage.comments.on_video(video.id, ALL)).total == 0


async def test_hiding_an_account_leaves_everybody_else_alone(storage: Storage) -> None:
    owner, bystander = an_account(), an_account()
    video: Video = a_video(bystander, tags=("jazz",))
    comment = a_comment(video, bystander)
    await keep(storage, owner, bystander, video, comment, a_comment(video, owner))
    await hide_all(storage, owner, bystander)
    await show_all_of(storage, an_account())
    assert await present(storage, video.id) == video
    assert [one.id for one in (await storage.comments.on_video(video.id, ALL)).items] == [comment.id]
    assert (await storage.videos.by_tag("jazz", ALL)).items == (video,)
