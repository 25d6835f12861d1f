"""What every back end's flag store and audit trail keep."""

import asyncio
from datetime import timedelta

import pytest

from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import AlreadyFlagged, StaleVersion
from killrvideo.domain.ids import AccountId, FlagId
from killrvideo.domain.moderation import AuditAction, AuditEntry, AuditFilter, Flag, FlagReason, FlagStatus
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.moderation import a_flag, an_entry
from tests.builders.videos import a_video
from tests.holding_still import START

LATER = START + timedelta(hours=1)
FIRST = PageRequest()


async def replace_flag(storage: Storage, flag: Flag) -> None:
    work = storage.begin("tests.move", ORIGIN)
    storage.flags.replace(work, flag)
    await work.commit()


async def raise_flags(storage: Storage, *flags: Flag) -> None:
    work = storage.begin("tests.flag", ORIGIN)
    for flag in flags:
        storage.flags.add(work, flag)
    await work.commit()


async def note(storage: Storage, *entries: AuditEntry) -> None:
    work = storage.begin("tests.note", ORIGIN)
    for entry in entries:
        storage.audit.add(work, entry)
    await work.commit()


@pytest.fixture
async def reporter(storage: Storage) -> Account:
    reporter = an_account()
    await keep(storage, reporter)
    return reporter


@pytest.fixture
async def video(storage: Storage, reporter: Account) -> Video:
    video = a_video(reporter)
    await keep(storage, video)
    return video


@pytest.fixture
async def comment(storage: Storage, reporter: Account, video: Video) -> Comment:
    comment = a_comment(video, reporter)
    await keep(storage, comment)
    return comment


async def test_a_flag_is_read_as_it_was_written(
    storage: Storage, reporter: Account, video: Video, comment: Comment
) -> None:
    bare = a_flag(reporter, comment)
    full = a_flag(
        reporter,
        video,
        reason=FlagReason.OTHER,
        reason_text="Not what the title says…",
        status=FlagStatus.APPROVED,
        updated_at=LATER,
        moderator_id=reporter.id,
        moderator_notes="Seen.",
        resolved_at=LATER,
        version=4,
    )
    await raise_flags(storage, bare, full)

    assert await storage.flags.get(bare.id) == bare
    assert await storage.flags.get(full.id) == full
    assert await storage.flags.get(FlagId(IDS.new())) is None


async def test_one_person_has_one_open_flag_on_a_thing(
    storage: Storage, reporter: Account, video: Video, comment: Comment
) -> None:
    other = an_account()
    await keep(storage, other)
    await raise_flags(storage, a_flag(reporter, video), a_flag(other, video), a_flag(reporter, comment))

    with pytest.raises(AlreadyFlagged):
        await raise_flags(storage, a_flag(reporter, video, reason=FlagReason.COPYRIGHT))

    assert (await storage.flags.page(FIRST)).total == 3


async def test_of_many_flags_at_once_one_stays(storage: Storage, reporter: Account, video: Video) -> None:
    flags = [a_flag(reporter, video) for _ in range(20)]

    answers = await asyncio.gather(*(raise_flags(storage, one) for one in flags), return_exceptions=True)

    assert [type(answer) for answer in answers if answer is not None] == [AlreadyFlagged] * 19
    assert await storage.flags.count_open() == 1


@pytest.mark.parametrize(
    ("status", "is_refused"),
    [
        (FlagStatus.OPEN, True),
        (FlagStatus.UNDER_REVIEW, True),
        (FlagStatus.APPROVED, False),
        (FlagStatus.REJECTED, False),
    ],
)
async def test_a_thing_can_be_flagged_again_once_the_flag_is_resolved(
    storage: Storage, reporter: Account, video: Video, status: FlagStatus, is_refused: bool
) -> None:
    await raise_flags(storage, a_flag(reporter, video, status=status))

    try:
        await raise_flags(storage, a_flag(reporter, video))
        refused = False
    except AlreadyFlagged:
        refused = True

    assert refused is is_refused


async def test_the_next_version_of_a_flag_replaces_the_present_one(
    storage: Storage, reporter: Account, video: Video
) -> None:
    flag = a_flag(reporter, video, reason_text="Look.")
    await raise_flags(storage, flag)
    moved = flag.moved(FlagStatus.APPROVED, reporter.id, "Removed.", LATER)

    await replace_flag(storage, moved)

    assert await storage.flags.get(flag.id) == moved
    assert await storage.flags.count_open() == 0


async def test_of_two_moderators_at_once_one_decides(
    storage: Storage, reporter: Account, video: Video
) -> None:
    flag = a_flag(reporter, video)
    await raise_flags(storage, flag)
    verdicts = [
        flag.moved(status, reporter.id, None, LATER) for status in (FlagStatus.APPROVED, FlagStatus.REJECTED)
    ]

    answers = await asyncio.gather(*(replace_flag(storage, one) for one in verdicts), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "StaleVersion"]
    assert await storage.flags.get(flag.id) == verdicts[answers.index(None)]


async def test_an_older_version_of_a_flag_replaces_nothing(
    storage: Storage, reporter: Account, video: Video
) -> None:
    flag = a_flag(reporter, video)
    await raise_flags(storage, flag)
    moved = flag.moved(FlagStatus.UNDER_REVIEW, reporter.id, None, LATER)
    await replace_flag(storage, moved)

    with pytest.raises(StaleVersion):
        await replace_flag(storage, flag.moved(FlagStatus.REJECTED, reporter.id, None, LATER))

    assert await storage.flags.get(flag.id) == moved


@pytest.fixture
async def flags(storage: Storage, reporter: Account) -> list[Flag]:
    """Twelve, oldest first, two an hour; every third is under review."""
    videos = [a_video(reporter) for _ in range(12)]
    flags = [
        a_flag(
            reporter,
            video,
            created_at=START + timedelta(hours=number // 2),
            status=FlagStatus.UNDER_REVIEW if number % 3 == 0 else FlagStatus.OPEN,
        )
        for number, video in enumerate(videos)
    ]
    await keep(storage, *videos)
    await raise_flags(storage, *flags)
    return flags


async def read_on(storage: Storage, first: Page[Flag], status: FlagStatus | None) -> list[Flag]:
    """The rest of the list, three by three, by position."""
    found, page = list(first.items), first
    while page.next is not None:
        page = await storage.flags.page(PageRequest(size=3, after=page.next), status=status)
        assert page.total == first.total
        found += page.items
    return found


@pytest.mark.parametrize("status", [None, FlagStatus.OPEN, FlagStatus.UNDER_REVIEW, FlagStatus.APPROVED])
async def test_flags_are_listed_newest_first_by_number_and_by_position(
    storage: Storage, flags: list[Flag], status: FlagStatus | None
) -> None:
    wanted = [flag for flag in reversed(flags) if status in {None, flag.status}]

    pages = [await storage.flags.page(PageRequest(number, 5), status=status) for number in (1, 2, 3)]
    first = await storage.flags.page(PageRequest(size=3), status=status)

    assert [flag for page in pages for flag in page.items] == wanted
    assert {page.total for page in pages} == {len(wanted)}
    assert await read_on(storage, first, status) == wanted


async def test_flags_on_a_video_are_not_those_on_its_comments(
    storage: Storage, reporter: Account, video: Video, comment: Comment
) -> None:
    other, elsewhere = an_account(), a_video(reporter)
    await keep(storage, other, elsewhere)
    old, new = a_flag(reporter, video), a_flag(other, video, created_at=LATER, status=FlagStatus.REJECTED)
    await raise_flags(storage, old, new, a_flag(reporter, comment), a_flag(reporter, elsewhere))

    everything = await storage.flags.page(FIRST, video_id=video.id)
    rejected = await storage.flags.page(FIRST, video_id=video.id, status=FlagStatus.REJECTED)
    one = await storage.flags.page(PageRequest(size=1), video_id=video.id)
    then = await storage.flags.page(PageRequest(size=1, after=one.next), video_id=video.id)

    assert (everything.items, everything.total) == ((new, old), 2)
    assert (rejected.items, rejected.total) == ((new,), 1)
    assert (one.items, then.items, then.next) == ((new,), (old,), None)


async def test_flags_of_a_person_are_listed_for_their_archive(
    storage: Storage, reporter: Account, video: Video, comment: Comment
) -> None:
    other = an_account()
    await keep(storage, other)
    mine = [a_flag(reporter, video, status=FlagStatus.APPROVED), a_flag(reporter, comment, created_at=LATER)]
    await raise_flags(storage, *mine, a_flag(other, video))

    assert await storage.flags.all_of(reporter.id) == mine


async def test_only_flags_that_nobody_took_up_are_counted_as_open(
    storage: Storage, flags: list[Flag]
) -> None:
    assert await storage.flags.count_open() == 8


async def test_flags_outlive_what_they_are_on(storage: Storage, reporter: Account, video: Video) -> None:
    flag = a_flag(reporter, video)
    await raise_flags(storage, flag)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()

    assert await storage.flags.get(flag.id) == flag


async def test_an_audit_entry_is_read_as_it_was_written(storage: Storage, reporter: Account) -> None:
    target = IDS.new()
    bare = an_entry(target)
    full = an_entry(
        target,
        at=LATER,
        actor_id=reporter.id,
        action=AuditAction.ACCESS_CHANGED,
        target_type="account",
        detail={"roles": "viewer, moderator", "note": "ünïcode"},
        correlation_id="request-7",
    )
    await note(storage, bare, full)

    page = await storage.audit.page(AuditFilter(), FIRST)

    assert (page.items, page.total, page.next) == ((full, bare), 2, None)


async def test_the_trail_is_read_newest_first_by_number_and_by_position(storage: Storage) -> None:
    entries = [an_entry(IDS.new(), at=START + timedelta(hours=number // 2)) for number in range(7)]
    await note(storage, *entries)
    newest_first = list(reversed(entries))

    first, second = [await storage.audit.page(AuditFilter(), PageRequest(number, 4)) for number in (1, 2)]
    assert first.next is not None
    rest = await storage.audit.page(AuditFilter(), PageRequest(size=4, after=first.next))

    assert [*first.items, *second.items] == newest_first
    assert (rest.items, rest.total, rest.next) == (second.items, 7, None)


async def test_the_trail_is_filtered(storage: Storage) -> None:
    actor, target = AccountId(IDS.new()), IDS.new()
    by_actor = an_entry(IDS.new(), actor_id=actor)
    on_target = an_entry(target, action=AuditAction.FLAG_MOVED, at=LATER)
    both = an_entry(target, actor_id=actor, at=LATER + timedelta(hours=1))
    await note(storage, by_actor, on_target, both)

    async def found(chosen: AuditFilter) -> tuple[AuditEntry, ...]:
        page = await storage.audit.page(chosen, FIRST)
        assert page.total == len(page.items)
        return page.items

    assert await found(AuditFilter(actor_id=actor)) == (both, by_actor)
    assert await found(AuditFilter(target_id=target)) == (both, on_target)
    assert await found(AuditFilter(actor_id=actor, target_id=target)) == (both,)
    assert await found(AuditFilter(action=AuditAction.FLAG_MOVED)) == (on_target,)
    assert await found(AuditFilter(action=AuditAction.FLAG_MOVED, actor_id=actor)) == ()
    assert await found(AuditFilter(since=LATER)) == (both, on_target)
    assert await found(AuditFilter(until=LATER)) == (by_actor,)
    assert await found(AuditFilter(since=LATER, until=both.at, target_id=target)) == (on_target,)


async def test_a_targets_trail_is_read_on_by_position(storage: Storage) -> None:
    target = IDS.new()
    entries = [an_entry(target, at=START + timedelta(hours=number)) for number in range(3)]
    await note(storage, *entries, an_entry(IDS.new(), at=START + timedelta(minutes=90)))
    chosen = AuditFilter(target_id=target)

    first = await storage.audit.page(chosen, PageRequest(size=2))
    rest = await storage.audit.page(chosen, PageRequest(size=2, after=first.next))

    assert (first.items, first.total) == ((entries[2], entries[1]), 3)
    assert (rest.items, rest.next) == ((entries[0],), None)
