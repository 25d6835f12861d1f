"""Loading catalogues: what fits is there once and whole, and what does not is named."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from apsw import ConstraintError

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.activity import ActivityKind
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Totals
from killrvideo.features.transfer import LoadReport, Transfer
from killrvideo.service_interfaces.catalogue import BadRow, Entry, Kind, Place
from tests.builders.accounts import an_account
from tests.builders.catalogue import Listed
from tests.builders.comments import a_comment
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.stored import left_behind
from tests.builders.town import (
    ANN,
    BEN,
    HASHER,
    LIKED,
    LONG_AGO,
    LOVELY,
    RAIN,
    TOWN,
    a_rating,
    a_transfer,
    everything,
)
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

LATELY = START - timedelta(days=2)


@pytest.fixture
def transfer(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Transfer:
    return a_transfer(storage, clock, ids)


def counts(report: LoadReport) -> tuple[int, int, int]:
    """How many rows were added, were there, and were left out."""
    tallies = report.tallies.values()
    added, there = sum(tally.added for tally in tallies), sum(tally.present for tally in tallies)
    return added, there, len(report.bad)


async def test_what_is_loaded_is_there_as_if_it_had_been_made_here(
    transfer: Transfer, storage: SqliteStorage
) -> None:
    report = await transfer.load(ORIGIN, Listed(*TOWN))

    assert counts(report) == (5, 0, 0)
    assert await storage.accounts.get(ANN.id) == ANN
    assert await present(storage, RAIN.id) == replace(RAIN, totals=Totals(views=238, ratings=1, stars=4))
    [found] = (await storage.search.search("rain", SearchFilter(), PageRequest())).items
    assert found.video_id == RAIN.id
    assert (await storage.videos.by_tag("RAIN", PageRequest())).total == 1
    assert await storage.ratings.all() == [LIKED]


async def test_what_is_loaded_leaves_its_events(transfer: Transfer, storage: SqliteStorage) -> None:
    await transfer.load(ORIGIN, Listed(*TOWN))

    events = await left_behind(storage)
    assert Counter(event.type for event in events) == {
        "AccountRegistered": 2,
        "VideoSubmitted": 1,
        "VideoPublished": 1,
        "CommentPosted": 1,
        "VideoRated": 1,
    }
    assert {event.origin.correlation_id for event in events} == {ORIGIN.correlation_id}


async def test_loading_again_adds_nothing(transfer: Transfer, storage: SqliteStorage) -> None:
    await transfer.load(ORIGIN, Listed(*TOWN))
    before, last = await everything(storage), await left_behind(storage)

    report = await transfer.load(ORIGIN, Listed(*TOWN))

    assert counts(report) == (0, 5, 0)
    assert await everything(storage) == before
    assert await left_behind(storage) == last


async def test_loading_again_leaves_what_changed_since(transfer: Transfer, storage: SqliteStorage) -> None:
    await transfer.load(ORIGIN, Listed(*TOWN))
    await hide(storage, await present(storage, RAIN.id))

    await transfer.load(ORIGIN, Listed(replace(ANN, first_name="Annabel"), BEN, RAIN))

    assert (await present(storage, RAIN.id)).is_deleted
    assert await storage.accounts.get(ANN.id) == ANN


async def test_loading_again_adds_what_was_missing(transfer: Transfer, storage: SqliteStorage) -> None:
    await transfer.load(ORIGIN, Listed(ANN, RAIN))

    report = await transfer.load(ORIGIN, Listed(*TOWN))

    assert counts(report) == (3, 2, 0)
    assert len(await storage.comments.all()) == 1


async def test_comments_are_judged_by_our_own_model(transfer: Transfer, storage: SqliteStorage) -> None:
    await transfer.load(ORIGIN, Listed(*TOWN))

    [comment] = await storage.comments.all()
    assert comment.sentiment is not None
    assert comment.sentiment > 0.5


async def test_without_a_model_comments_keep_their_score(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    await Transfer(storage, clock, ids, HASHER, None).load(ORIGIN, Listed(*TOWN))

    [comment] = await storage.comments.all()
    assert comment.sentiment == -0.9


async def test_only_accounts_that_come_with_a_password_have_one(
    transfer: Transfer, storage: SqliteStorage
) -> None:
    await transfer.load(ORIGIN, Listed(ANN, BEN, passwords={ANN.id: "rain on the roof"}))

    assert await HASHER.verify("rain on the roof", await storage.accounts.password_hash(ANN.id))
    assert await storage.accounts.password_hash(BEN.id) is None


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.INACTIVE])
async def test_accounts_stay_where_they_stood(
    transfer: Transfer, storage: SqliteStorage, status: AccountStatus
) -> None:
    await transfer.load(ORIGIN, Listed(replace(ANN, status=status)))

    [account] = await storage.accounts.all()
    assert account.status is status


async def test_what_happened_lately_is_activity(transfer: Transfer, storage: SqliteStorage) -> None:
    late_comment = a_comment(RAIN, BEN, text="Still good.", created_at=LATELY)
    late_rating = a_rating(RAIN, ANN, updated_at=LATELY)

    await transfer.load(ORIGIN, Listed(*TOWN, late_comment, late_rating))

    async def kinds(account_id: AccountId) -> list[ActivityKind]:
        page = await storage.activity.of_account(account_id, None, LONG_AGO, PageRequest())
        return [activity.kind for activity in page.items]

    assert await kinds(BEN.id) == [ActivityKind.COMMENT]
    assert await kinds(ANN.id) == [ActivityKind.RATE]


STRANGER = an_account()
NOWHERE = a_video(ANN)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (a_video(STRANGER), f"There is no user {STRANGER.id}."),
        (a_comment(RAIN, STRANGER), f"There is no user {STRANGER.id}."),
        (a_comment(NOWHERE, BEN), f"There is no video {NOWHERE.id}."),
        (a_rating(RAIN, STRANGER), f"There is no user {STRANGER.id}."),
        (a_rating(NOWHERE, BEN), f"There is no video {NOWHERE.id}."),
        (an_account(email=ANN.email.upper()), f"The e-mail address is that of another account, {ANN.id}."),
        (a_video(ANN, youtube_id=RAIN.youtube_id), "The same user has this YouTube video already."),
        (replace(BEN, email="other@example.org"), "The same is in an earlier row."),
        (replace(RAIN, title="The same id"), "The same is in an earlier row."),
        (replace(LOVELY, text="The same id"), "The same is in an earlier row."),
        (replace(LIKED, stars=1), "The same is in an earlier row."),
    ],
)
async def test_a_bad_row_is_named_and_takes_no_other_with_it(
    transfer: Transfer, storage: SqliteStorage, bad: Entry, reason: str
) -> None:
    report = await transfer.load(ORIGIN, Listed(*TOWN, bad))

    assert list(map(str, report.bad)) == [f"list:6: {reason}"]
    assert counts(report) == (5, 0, 1)
    assert Counter(map(type, await everything(storage))) == Counter(map(type, TOWN))


async def test_an_address_that_somebody_here_has_is_named(transfer: Transfer, storage: SqliteStorage) -> None:
    here = an_account(email="Ann@Example.org")
    await keep(storage, here)

    report = await transfer.load(ORIGIN, Listed(replace(ANN, email="ann@example.org"), RAIN, BEN))

    assert list(map(str, report.bad)) == [
        f"list:1: The e-mail address is that of another account, {here.id}.",
        f"list:2: There is no user {ANN.id}.",
    ]
    assert set(await storage.accounts.all()) == {here, BEN}


async def test_what_belongs_to_a_row_that_the_store_refuses_is_named_too(transfer: Transfer) -> None:
    twin = an_account(email=ANN.email)
    theirs = a_video(twin)

    report = await transfer.load(
        ORIGIN, Listed(ANN, BEN, twin, RAIN, theirs, a_comment(theirs, BEN), LOVELY, LIKED)
    )

    assert list(map(str, report.bad)) == [
        f"list:3: The e-mail address is that of another account, {ANN.id}.",
        f"list:5: There is no user {twin.id}.",
        f"list:6: There is no video {theirs.id}.",
    ]
    assert counts(report) == (5, 0, 3)


async def test_rows_that_could_not_be_read_are_counted_with_the_others(transfer: Transfer) -> None:
    unreadable = BadRow(Place("users.csv", 7), "email is missing.")

    report = await transfer.load(ORIGIN, Listed(ANN, unreadable, RAIN))

    assert report.tallies[Kind.ACCOUNTS].bad == [unreadable]
    assert counts(report) == (2, 0, 1)


async def test_a_row_that_mends_a_bad_one_is_loaded(transfer: Transfer) -> None:
    wrong = a_video(STRANGER)

    report = await transfer.load(ORIGIN, Listed(ANN, wrong, replace(wrong, uploader_id=ANN.id)))

    assert counts(report) == (2, 0, 1)


async def test_the_erased_do_not_come_back(transfer: Transfer, storage: SqliteStorage) -> None:
    await keep(storage, ANN)
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, ANN.changed(status=AccountStatus.ERASED))
    await work.commit()

    report = await transfer.load(ORIGIN, Listed(*TOWN))

    assert list(map(str, report.bad)) == [
        f"list:3: The user {ANN.id} was erased.",
        f"list:4: There is no video {RAIN.id}.",
        f"list:5: There is no video {RAIN.id}.",
    ]
    assert await storage.accounts.all() == [BEN]


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
async def test_units_of_any_size_load_the_same(
    transfer: Transfer, storage: SqliteStorage, at_once: int
) -> None:
    twin = an_account(email=ANN.email)

    report = await transfer.load(ORIGIN, Listed(twin, *TOWN, a_video(twin)), at_once=at_once)

    # Whoever comes first has the address; the other and what is theirs stay outside.
    assert [row.place.line for row in report.bad] == [2, 4, 5, 6]
    assert counts(report) == (3, 0, 4)


async def test_the_whole_is_loaded_in_one_unit_or_not_at_all(
    transfer: Transfer, storage: SqliteStorage
) -> None:
    broken = Listed(*TOWN, a_rating(RAIN, ANN, stars=9))

    with pytest.raises(ConstraintError):
        await transfer.load_whole(ORIGIN, broken)
    assert await everything(storage) == []

    with pytest.raises(ConstraintError):
        await transfer.load(ORIGIN, broken, at_once=2)
    assert set(await storage.accounts.all()) == {ANN, BEN}


async def test_a_catalogue_is_there_while_its_accounts_and_videos_are(
    transfer: Transfer, storage: SqliteStorage
) -> None:
    assert not await transfer.has(Listed(*TOWN))

    await transfer.load(ORIGIN, Listed(*TOWN))
    assert await transfer.has(Listed(*TOWN))
    assert not await transfer.has(Listed(*TOWN, STRANGER))
    assert not await transfer.has(Listed(*TOWN, a_video(ANN)))

    work = storage.begin("tests.withdraw", ORIGIN)
    storage.ratings.withdraw(work, RAIN.id, BEN.id)
    await work.commit()
    assert await transfer.has(Listed(*TOWN))
