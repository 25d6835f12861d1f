"""What every store of recent doings keeps."""

from datetime import timedelta
from typing import Any

from killrvideo.domain.accounts import Account
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import ActivityId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.backends import CASSANDRA
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START

MINUTE = timedelta(minutes=1)
LONG_AGO = START - timedelta(days=30)
ALL = PageRequest(size=100)


def a_doing(
    who: Account, kind: ActivityKind, video: Video, *, minutes: int = 0, comment: Comment | None = None
) -> Activity:
    return Activity(
        id=ActivityId(IDS.new()),
        account_id=who.id,
        kind=kind,
        video_id=video.id,
        comment_id=comment.id if comment else None,
        at=START + minutes * MINUTE,
    )


async def note(storage: Storage, *doings: Activity) -> None:
    work = storage.begin("tests.note", ORIGIN)
    for doing in doings:
        storage.activity.add(work, doing)
    await work.commit()


async def listed(storage: Storage, who: Account, **chosen: Any) -> list[Activity]:
    page = await storage.activity.of_account(
        who.id, chosen.get("kind"), chosen.get("since", LONG_AGO), chosen.get("wanted", ALL)
    )
    return list(page.items)


async def test_doings_are_newest_first_by_kind_and_since(storage: Storage) -> None:
    who, somebody = an_account(), an_account()
    video = a_video(who)
    comment = a_comment(video, who)
    await keep(storage, who, somebody, video, comment)
    view, rate, said = (
        a_doing(who, ActivityKind.VIEW, video),
        a_doing(who, ActivityKind.RATE, video, minutes=1),
        a_doing(who, ActivityKind.COMMENT, video, minutes=2, comment=comment),
    )
    await note(storage, rate, said, view, a_doing(somebody, ActivityKind.VIEW, video))
    assert await listed(storage, who) == [said, rate, view]
    assert await listed(storage, who, kind=ActivityKind.RATE) == [rate]
    assert await listed(storage, who, since=rate.at) == [said, rate]
    page = await storage.activity.of_account(who.id, ActivityKind.VIEW, rate.at, ALL)
    assert (page.items, page.total) == ((), 0)


async def test_doings_come_page_by_page(storage: Storage) -> None:
    who = an_account()
    video = a_video(who)
    await keep(storage, who, video)
    # Twins, so that a page ends between two of the same instant.
    doings = [a_doing(who, ActivityKind.VIEW, video, minutes=number // 2) for number in range(5)]
    await note(storage, *doings)
    whole = await listed(storage, who)
    first = await storage.activity.of_account(who.id, None, LONG_AGO, PageRequest(size=3))
    rest = await storage.activity.of_account(who.id, None, LONG_AGO, PageRequest(size=3, after=first.next))
    assert [*first.items, *rest.items] == whole
    assert (first.total, rest.total, rest.next) == (5, 5, None)
    assert await listed(storage, who, wanted=PageRequest(number=2, size=3)) == list(rest.items)


async def test_doings_hide_with_what_they_are_about(storage: Storage) -> None:
    who = an_account()
    shown, hidden, pending = a_video(who), a_video(who), a_video(who, status=VideoStatus.PENDING)
    kept, removed = a_comment(shown, who), a_comment(shown, who)
    await keep(storage, who, shown, hidden, pending, kept, removed)
    await hide(storage, hidden)
    await hide(storage, removed)
    seen = a_doing(who, ActivityKind.COMMENT, shown, comment=kept)
    unseen = (
        a_doing(who, ActivityKind.VIEW, hidden),
        a_doing(who, ActivityKind.RATE, pending),
        a_doing(who, ActivityKind.COMMENT, shown, comment=removed),
    )
    await note(storage, seen, *unseen)
    page = await storage.activity.of_account(who.id, None, LONG_AGO, ALL)
    assert (page.items, page.total) == ((seen,), 1)
    assert set(await storage.activity.all_of(who.id)) == {seen, *unseen}


async def test_a_purge_drops_what_is_older(storage: Storage, backend: str) -> None:
    who = an_account()
    video = a_video(who)
    await keep(storage, who, video)
    old, edge, new = (a_doing(who, ActivityKind.VIEW, video, minutes=minutes) for minutes in (-1, 0, 1))
    await note(storage, old, edge, new)
    if backend == CASSANDRA:  # They expire by themselves there.
        assert await storage.activity.purge(START) == 0
        return
    assert await storage.activity.purge(START) == 1
    assert await storage.activity.purge(START) == 0
    assert await listed(storage, who) == [new, edge]
