"""Reading what somebody did lately: who may, what, and how far back."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.activity import ActivityKind
from killrvideo.domain.errors import AccountNotFound, MissingScope, NotSignedIn
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video
from killrvideo.features.activity import ActivityLog
from killrvideo.features.playback import Playback
from killrvideo.features.ratings import Ratings
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import hide, keep
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock

UPLOADER, ANN, BEN = (an_account() for _ in range(3))
MODERATOR = an_account(roles=frozenset({Role.MODERATOR}))
EVERYTHING = PageRequest()


@pytest.fixture
def activity(storage: SqliteStorage, clock: ManualClock) -> ActivityLog:
    return ActivityLog(storage, clock)


@pytest.fixture
async def video(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Video:
    """Watched by Ann, then rated an hour later."""
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, ANN, BEN, MODERATOR, video)
    await Playback(storage, clock, ids).view(caller_of(ANN), video.id)
    clock.advance(timedelta(hours=1))
    await Ratings(storage, clock, ids).rate(caller_of(ANN), video.id, 4)
    return video


async def test_the_newest_stands_first(activity: ActivityLog, video: Video, clock: ManualClock) -> None:
    page = await activity.of_account(caller_of(ANN), ANN.id, None, EVERYTHING)
    assert [(one.kind, one.video_id, one.account_id) for one in page.items] == [
        (ActivityKind.RATE, video.id, ANN.id),
        (ActivityKind.VIEW, video.id, ANN.id),
    ]
    assert [clock.now() - one.at for one in page.items] == [timedelta(0), timedelta(hours=1)]
    assert page.total == 2


@pytest.mark.parametrize(
    ("kind", "total"), [(ActivityKind.VIEW, 1), (ActivityKind.RATE, 1), (ActivityKind.COMMENT, 0)]
)
async def test_one_kind_can_be_asked_for(
    activity: ActivityLog, video: Video, kind: ActivityKind, total: int
) -> None:
    page = await activity.of_account(caller_of(ANN), ANN.id, kind, EVERYTHING)
    assert page.total == total
    assert {one.kind for one in page.items} <= {kind}


async def test_only_the_last_thirty_days_show(
    activity: ActivityLog, video: Video, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=30) - timedelta(minutes=30))
    page = await activity.of_account(caller_of(ANN), ANN.id, None, EVERYTHING)
    assert [one.kind for one in page.items] == [ActivityKind.RATE]
    assert page.total == 1


async def test_what_concerns_a_hidden_video_does_not_show(
    activity: ActivityLog, video: Video, storage: SqliteStorage
) -> None:
    await hide(storage, video)
    assert (await activity.of_account(caller_of(ANN), ANN.id, None, EVERYTHING)).total == 0


async def test_moderators_read_anybodys_and_others_only_their_own(
    activity: ActivityLog, video: Video
) -> None:
    assert (await activity.of_account(caller_of(MODERATOR), ANN.id, None, EVERYTHING)).total == 2
    with pytest.raises(MissingScope):
        await activity.of_account(caller_of(BEN), ANN.id, None, EVERYTHING)
    with pytest.raises(MissingScope):
        await activity.of_account(caller_of(ANN, scopes=frozenset()), ANN.id, None, EVERYTHING)
    with pytest.raises(NotSignedIn):
        await activity.of_account(NOBODY, ANN.id, None, EVERYTHING)


async def test_nobody_is_found_who_is_not_there(
    activity: ActivityLog, video: Video, storage: SqliteStorage, ids: CountingIds
) -> None:
    erased = an_account(status=AccountStatus.ERASED)
    await keep(storage, erased)
    for account_id in (AccountId(ids.new()), erased.id):
        with pytest.raises(AccountNotFound):
            await activity.of_account(caller_of(MODERATOR), account_id, None, EVERYTHING)
