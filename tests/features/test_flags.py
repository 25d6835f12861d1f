"""Raising flags and looking at them; `test_verdicts.py` moves them on."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.errors import (
    AlreadyFlagged,
    CommentNotFound,
    FlagNotFound,
    InvalidText,
    MissingScope,
    NotSignedIn,
    VideoNotFound,
)
from killrvideo.domain.ids import FlagId, VideoId
from killrvideo.domain.moderation import AuditAction, FlagStatus
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import VideoStatus
from killrvideo.features.flags import Flags, Verdict
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import hide, present
from tests.builders.moderation import a_report
from tests.builders.stored import (
    a_stored_comment,
    a_stored_video,
    events,
    somebody,
    trail,
)
from tests.holding_still import CountingIds, ManualClock

REJECTED = Verdict(status=FlagStatus.REJECTED)
UNDER_REVIEW = Verdict(status=FlagStatus.UNDER_REVIEW)


@pytest.fixture
def flags(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Flags:
    return Flags(storage, clock, ids)


async def test_a_reader_flags_a_video(storage: SqliteStorage, flags: Flags, clock: ManualClock) -> None:
    reader, video = await somebody(storage), await a_stored_video(storage)
    flag = await flags.report(reader, a_report(video, "  It sells watches. "))
    assert (flag.status, flag.reason_text, flag.created_at) == (
        FlagStatus.OPEN,
        "It sells watches.",
        clock.now(),
    )
    assert flag.video_id == video.id
    assert await flags.own(reader, flag.id) == flag
    assert await events(storage) == ["ContentFlagged"]


async def test_a_flag_on_a_comment_knows_the_comments_video(storage: SqliteStorage, flags: Flags) -> None:
    comment = await a_stored_comment(storage)
    flag = await flags.report(await somebody(storage), a_report(comment))
    assert (flag.content_id, flag.video_id, flag.reason_text) == (comment.id, comment.video_id, None)


async def test_flagging_needs_an_account_and_the_permission(storage: SqliteStorage, flags: Flags) -> None:
    video = await a_stored_video(storage)
    account = an_account()
    with pytest.raises(NotSignedIn):
        await flags.report(NOBODY, a_report(video))
    with pytest.raises(MissingScope):
        await flags.report(caller_of(account, frozenset({Scope.PROFILE})), a_report(video))


async def test_what_does_not_show_cannot_be_flagged(storage: SqliteStorage, flags: Flags) -> None:
    reader = await somebody(storage)
    video, comment = await a_stored_video(storage), await a_stored_comment(storage)
    of_hidden = await a_stored_comment(storage)
    pending = await a_stored_video(storage, status=VideoStatus.PENDING)
    await hide(storage, video)
    await hide(storage, comment)
    await hide(storage, await present(storage, of_hidden.video_id))
    for report in (a_report(video), a_report(pending), a_report(of_hidden)):
        with pytest.raises(VideoNotFound):
            await flags.report(reader, report)
    with pytest.raises(CommentNotFound):
        await flags.report(reader, a_report(comment))
    assert await events(storage) == ["VideoHidden", "CommentHidden", "VideoHidden"]


async def test_one_reader_has_one_unresolved_flag_on_a_thing(storage: SqliteStorage, flags: Flags) -> None:
    reader, moderator = await somebody(storage), await somebody(storage, Role.MODERATOR)
    video = await a_stored_video(storage)
    first = await flags.report(reader, a_report(video))
    await flags.report(await somebody(storage), a_report(video))
    with pytest.raises(AlreadyFlagged):
        await flags.report(reader, a_report(video))
    await flags.move(moderator, first.id, UNDER_REVIEW)
    with pytest.raises(AlreadyFlagged):
        await flags.report(reader, a_report(video))
    await flags.move(moderator, first.id, REJECTED)
    assert (await flags.report(reader, a_report(video))).id != first.id


async def test_a_reason_that_is_too_long_is_refused(storage: SqliteStorage, flags: Flags) -> None:
    with pytest.raises(InvalidText):
        await flags.report(await somebody(storage), a_report(await a_stored_video(storage), "x" * 501))


async def test_nobody_reads_anothers_flag_as_the_own_one(storage: SqliteStorage, flags: Flags) -> None:
    flag = await flags.report(await somebody(storage), a_report(await a_stored_video(storage), "Mine."))
    with pytest.raises(FlagNotFound):
        await flags.own(await somebody(storage), flag.id)


async def test_lists_hold_all_flags_those_in_a_state_or_those_on_a_video(
    storage: SqliteStorage, flags: Flags, clock: ManualClock
) -> None:
    moderator, comment = await somebody(storage, Role.MODERATOR), await a_stored_comment(storage)
    video = await present(storage, comment.video_id)
    on_comment = await flags.report(await somebody(storage), a_report(comment))
    clock.advance(timedelta(minutes=1))
    on_video = await flags.report(await somebody(storage), a_report(video))
    await flags.move(moderator, on_comment.id, REJECTED)

    async def found(status: FlagStatus | None) -> list[FlagId]:
        return [flag.id for flag in (await flags.page(moderator, status, PageRequest())).items]

    assert await found(None) == [on_video.id, on_comment.id]
    assert await found(FlagStatus.OPEN) == [on_video.id]
    assert await found(FlagStatus.UNDER_REVIEW) == []
    page = await flags.on_video(moderator, video.id, PageRequest())
    assert [flag.id for flag in page.items] == [on_video.id]


async def test_reading_a_reason_is_for_those_who_may_unmask_and_is_audited(
    storage: SqliteStorage, flags: Flags
) -> None:
    flag = await flags.report(
        await somebody(storage), a_report(await a_stored_video(storage), "My ex did this.")
    )
    admin = await somebody(storage, Role.ADMIN)
    with pytest.raises(MissingScope):
        await flags.read_reason(await somebody(storage, Role.MODERATOR), flag.id)
    unmask_alone = caller_of(an_account(), frozenset({Scope.MODERATION_UNMASK}))
    with pytest.raises(MissingScope):
        await flags.read_reason(unmask_alone, flag.id)
    assert await trail(storage) == ()

    assert (await flags.read_reason(admin, flag.id)).reason_text == "My ex did this."
    [entry] = await trail(storage)
    assert (entry.action, entry.actor_id, entry.target_id) == (
        AuditAction.FLAG_REASON_READ,
        admin.account_id,
        flag.id,
    )
    assert "ex" not in str(entry.detail)


async def test_only_moderators_look_at_flags_and_learn_what_there_is(
    storage: SqliteStorage, flags: Flags
) -> None:
    unknown, no_video = FlagId(an_account().id), VideoId(an_account().id)
    for caller, refusal in ((NOBODY, NotSignedIn), (await somebody(storage), MissingScope)):
        for asked in (
            flags.get(caller, unknown),
            flags.page(caller, None, PageRequest()),
            flags.on_video(caller, no_video, PageRequest()),
            flags.move(caller, unknown, REJECTED),
            flags.read_reason(caller, unknown),
        ):
            with pytest.raises(refusal):
                await asked
    admin = await somebody(storage, Role.ADMIN)
    for asked in (
        flags.get(admin, unknown),
        flags.move(admin, unknown, REJECTED),
        flags.read_reason(admin, unknown),
    ):
        with pytest.raises(FlagNotFound):
            await asked
    with pytest.raises(VideoNotFound):
        await flags.on_video(admin, no_video, PageRequest())
