"""What moderators decide about a flag: one of them, once, and what approving does to the content."""

import asyncio
from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.errors import (
    FlagNotFound,
    FlagResolved,
    FlagTransition,
    InvalidText,
)
from killrvideo.domain.moderation import AuditAction, Flag, FlagStatus
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.search import SearchFilter
from killrvideo.features.flags import Flags, Verdict
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.moderation import a_report
from tests.builders.stored import (
    a_stored_comment,
    a_stored_video,
    events,
    present_comment,
    somebody,
    trail,
)
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock

APPROVED, REJECTED = Verdict(status=FlagStatus.APPROVED), Verdict(status=FlagStatus.REJECTED)
UNDER_REVIEW = Verdict(status=FlagStatus.UNDER_REVIEW)


@pytest.fixture
def flags(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Flags:
    return Flags(storage, clock, ids)


async def test_approving_takes_the_video_down(
    storage: SqliteStorage, flags: Flags, clock: ManualClock
) -> None:
    moderator, video = await somebody(storage, Role.MODERATOR), await a_stored_video(storage)
    flag = await flags.report(await somebody(storage), a_report(video))
    clock.advance(timedelta(hours=1))
    verdict = Verdict(status=FlagStatus.APPROVED, notes="Sells watches.")
    moved = await flags.move(moderator, flag.id, verdict)

    assert (moved.status, moved.moderator_id, moved.moderator_notes, moved.resolved_at) == (
        FlagStatus.APPROVED,
        moderator.account_id,
        "Sells watches.",
        clock.now(),
    )
    assert await flags.get(moderator, flag.id) == moved
    hidden = await present(storage, video.id)
    assert (hidden.causes, hidden.deleted_at) == (Cause.MODERATION, clock.now())
    assert (await storage.search.search("rain", SearchFilter(), PageRequest())).items == ()
    [removal] = await storage.removals.of(ContentType.VIDEO, video.id)
    assert (removal.by, removal.at, removal.reason) == (
        moderator.account_id,
        clock.now(),
        "spam: Sells watches.",
    )
    assert [(entry.action, entry.target_id, entry.detail) for entry in await trail(storage)] == [
        (AuditAction.CONTENT_REMOVED, video.id, {"flag_id": str(flag.id)}),
        (AuditAction.FLAG_MOVED, flag.id, {"status": "approved"}),
    ]
    assert {entry.actor_id for entry in await trail(storage)} == {moderator.account_id}
    assert await events(storage) == ["ContentFlagged", "FlagMoved", "VideoHidden"]


async def test_approving_takes_the_comment_down_and_leaves_its_video(
    storage: SqliteStorage, flags: Flags
) -> None:
    moderator, comment = await somebody(storage, Role.MODERATOR), await a_stored_comment(storage)
    flag = await flags.report(await somebody(storage), a_report(comment))
    await flags.move(moderator, flag.id, UNDER_REVIEW)
    await flags.move(moderator, flag.id, APPROVED)
    assert (await present_comment(storage, comment.id)).causes is Cause.MODERATION
    assert (await present(storage, comment.video_id)).is_public
    [removal] = await storage.removals.of(ContentType.COMMENT, comment.id)
    assert removal.reason == "spam"


async def test_rejecting_leaves_the_content(storage: SqliteStorage, flags: Flags) -> None:
    moderator, video = await somebody(storage, Role.MODERATOR), await a_stored_video(storage)
    flag = await flags.report(await somebody(storage), a_report(video))
    moved = await flags.move(moderator, flag.id, REJECTED)
    assert moved.resolved_at is not None
    assert await present(storage, video.id) == video
    assert [entry.action for entry in await trail(storage)] == [AuditAction.FLAG_MOVED]


async def test_a_flag_on_what_moderation_has_removed_resolves(storage: SqliteStorage, flags: Flags) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    video, comment = await a_stored_video(storage), await a_stored_comment(storage)
    raised = [await flags.report(await somebody(storage), a_report(content)) for content in (video, comment)]
    await hide(storage, video, Cause.MODERATION)
    await hide(storage, comment, Cause.MODERATION)
    for flag in raised:
        assert (await flags.move(moderator, flag.id, APPROVED)).status is FlagStatus.APPROVED
    assert (await present(storage, video.id)).version == video.version + 1
    assert (await present_comment(storage, comment.id)).version == comment.version + 1


async def test_a_flag_on_what_was_purged_resolves(storage: SqliteStorage, flags: Flags) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    comment = await a_stored_comment(storage)
    video = await present(storage, comment.video_id)
    raised = [await flags.report(await somebody(storage), a_report(content)) for content in (video, comment)]
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()
    for flag in raised:
        assert (await flags.move(moderator, flag.id, APPROVED)).status is FlagStatus.APPROVED


async def test_what_its_owner_deleted_and_submitted_anew_can_still_be_taken_down(
    storage: SqliteStorage, flags: Flags
) -> None:
    moderator, uploader = await somebody(storage, Role.MODERATOR), an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    flag = await flags.report(await somebody(storage), a_report(video))
    await hide(storage, video, Cause.AUTHOR)
    twin = a_video(uploader, youtube_id=video.youtube_id)
    await keep(storage, twin)
    await flags.move(moderator, flag.id, APPROVED)
    assert (await present(storage, video.id)).causes == Cause.AUTHOR | Cause.MODERATION
    assert (await present(storage, twin.id)).is_public


async def test_a_moderator_may_act_on_the_own_content(storage: SqliteStorage, flags: Flags) -> None:
    account = an_account(roles=frozenset({Role.MODERATOR}))
    video = a_video(account)
    await keep(storage, account, video)
    flag = await flags.report(await somebody(storage), a_report(video))
    await flags.move(caller_of(account), flag.id, APPROVED)
    assert (await present(storage, video.id)).causes is Cause.MODERATION


@pytest.mark.parametrize(
    ("way", "then", "refusal"),
    [
        ([], FlagStatus.OPEN, FlagTransition),
        ([UNDER_REVIEW], FlagStatus.OPEN, FlagTransition),
        ([UNDER_REVIEW], FlagStatus.UNDER_REVIEW, FlagTransition),
        ([APPROVED], FlagStatus.REJECTED, FlagResolved),
        ([REJECTED], FlagStatus.OPEN, FlagResolved),
        ([UNDER_REVIEW, REJECTED], FlagStatus.APPROVED, FlagResolved),
    ],
)
async def test_a_flag_moves_forward_only_and_its_end_is_final(
    storage: SqliteStorage,
    flags: Flags,
    way: list[Verdict],
    then: FlagStatus,
    refusal: type[Exception],
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    flag = await flags.report(await somebody(storage), a_report(await a_stored_video(storage)))
    for verdict in way:
        await flags.move(moderator, flag.id, verdict)
    before = await flags.get(moderator, flag.id)
    with pytest.raises(refusal):
        await flags.move(moderator, flag.id, Verdict(status=then))
    assert await flags.get(moderator, flag.id) == before


async def test_notes_stay_until_others_are_written(storage: SqliteStorage, flags: Flags) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    flag = await flags.report(await somebody(storage), a_report(await a_stored_video(storage)))
    await flags.move(moderator, flag.id, Verdict(status=FlagStatus.UNDER_REVIEW, notes="Asked the owner."))
    with pytest.raises(InvalidText):
        await flags.move(moderator, flag.id, Verdict(status=FlagStatus.REJECTED, notes="x" * 1001))
    assert (await flags.move(moderator, flag.id, REJECTED)).moderator_notes == "Asked the owner."


async def test_of_twenty_moderators_at_once_one_decides(storage: SqliteStorage, flags: Flags) -> None:
    video = await a_stored_video(storage)
    flag = await flags.report(await somebody(storage), a_report(video))
    moderators = [await somebody(storage, Role.MODERATOR) for _ in range(20)]
    outcomes = await asyncio.gather(
        *(flags.move(moderator, flag.id, APPROVED) for moderator in moderators), return_exceptions=True
    )
    [decided] = [outcome for outcome in outcomes if isinstance(outcome, Flag)]
    assert [type(outcome) for outcome in outcomes if outcome is not decided] == [FlagResolved] * 19
    assert await flags.get(moderators[0], flag.id) == decided
    assert len(await trail(storage)) == 2
    [removal] = await storage.removals.of(ContentType.VIDEO, video.id)
    assert removal.by == decided.moderator_id


async def test_many_flags_on_one_video_approved_at_once_take_it_down_once(
    storage: SqliteStorage, flags: Flags
) -> None:
    video = await a_stored_video(storage)
    raised = [await flags.report(await somebody(storage), a_report(video)) for _ in range(20)]
    moderator = await somebody(storage, Role.MODERATOR)
    moved = await asyncio.gather(*(flags.move(moderator, flag.id, APPROVED) for flag in raised))
    assert {flag.status for flag in moved} == {FlagStatus.APPROVED}
    assert (await present(storage, video.id)).version == video.version + 1
    assert (await events(storage)).count("VideoHidden") == 1


async def test_a_flag_is_moved_by_way_of_its_own_video_only(storage: SqliteStorage, flags: Flags) -> None:
    moderator, comment = await somebody(storage, Role.MODERATOR), await a_stored_comment(storage)
    other = await a_stored_video(storage)
    flag = await flags.report(await somebody(storage), a_report(comment))
    with pytest.raises(FlagNotFound):
        await flags.move(moderator, flag.id, REJECTED, on_video=other.id)
    assert (await flags.move(moderator, flag.id, REJECTED, on_video=comment.video_id)).id == flag.id
