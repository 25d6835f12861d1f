"""Saving catalogues: what the public may see, so that loading it elsewhere gives the same again."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Totals, Video, VideoStatus
from killrvideo.features.transfer import Transfer
from killrvideo.service_interfaces.catalogue import Kind
from tests.builders.accounts import an_account
from tests.builders.captions import some_captions
from tests.builders.catalogue import Listed, Saved
from tests.builders.comments import a_comment
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.stored import left_behind
from tests.builders.town import ANN, BEN, LIKED, LOVELY, RAIN, TOWN, a_rating, a_transfer, everything
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture
def transfer(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Transfer:
    return a_transfer(storage, clock, ids)


@pytest.fixture
async def elsewhere(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    """Another store, with nothing in it."""
    storage = SqliteStorage(tmp_path / "elsewhere.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()


class Watched:
    """Keeps Progress."""

    def __init__(self) -> None:
        self.expected: Counter[Kind] = Counter()
        self.done: Counter[Kind] = Counter()

    def expect(self, kind: Kind, rows: int) -> None:
        self.expected[kind] += rows

    def advance(self, kind: Kind, rows: int) -> None:
        self.done[kind] += rows


async def test_progress_comes_to_its_end_whatever_the_rows_are(transfer: Transfer) -> None:
    await transfer.load(ORIGIN, Listed(ANN))
    watched, saved = Watched(), Watched()

    await transfer.load(
        ORIGIN, Listed(*TOWN, an_account(email=BEN.email), a_comment(a_video(ANN), BEN)), watched
    )
    await transfer.save(Saved(), saved)

    assert watched.done == watched.expected == dict(zip(Kind, (3, 1, 2, 1, 0), strict=True))
    assert saved.done == saved.expected == dict(zip(Kind, (2, 1, 1, 1, 0), strict=True))


async def test_what_was_saved_loads_into_an_empty_store_as_the_same(
    transfer: Transfer, storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    await transfer.load(ORIGIN, Listed(*TOWN))
    saved = Saved()

    report = await transfer.save(saved)
    await a_transfer(elsewhere, clock, ids).load(ORIGIN, Listed(*saved.entries))

    assert await everything(elsewhere) == await everything(storage)
    assert report.written == dict(zip(Kind, (2, 1, 1, 1, 0), strict=True))
    assert report.unfinished == 0


async def test_what_the_public_may_not_see_is_not_saved(transfer: Transfer, storage: SqliteStorage) -> None:
    hidden, pending = a_video(ANN), a_video(ANN, status=VideoStatus.PENDING)
    on_hidden, hidden_comment = a_comment(hidden, BEN), a_comment(RAIN, BEN)
    await transfer.load(ORIGIN, Listed(*TOWN, hidden, on_hidden, a_rating(hidden, BEN), hidden_comment))
    await keep(storage, pending)
    await hide(storage, await present(storage, hidden.id))
    await hide(storage, hidden_comment)
    saved = Saved()

    report = await transfer.save(saved)

    ids_saved = {entry.id for entry in saved.entries if isinstance(entry, Video | Comment)}
    assert ids_saved == {RAIN.id, LOVELY.id}
    assert [entry for entry in saved.entries if isinstance(entry, Rating)] == [LIKED]
    assert report.unfinished == 1


async def test_captions_are_saved_with_public_videos(
    transfer: Transfer, storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    hidden = a_video(ANN)
    spoken = some_captions(RAIN, "It rains.")
    lost = some_captions(a_video(ANN), "Nobody sees it.")
    report = await transfer.load(ORIGIN, Listed(*TOWN, hidden, spoken, some_captions(hidden), lost))
    assert [row.reason for row in report.bad] == [f"There is no video {lost.track.video_id}."]
    assert (await transfer.load(ORIGIN, Listed(spoken))).tallies[Kind.CAPTIONS].present == 1
    await hide(storage, await present(storage, hidden.id))
    saved = Saved()

    assert (await transfer.save(saved)).written[Kind.CAPTIONS] == 1
    await a_transfer(elsewhere, clock, ids).load(ORIGIN, Listed(*saved.entries))

    assert [entry for entry in saved.entries if isinstance(entry, Captions)] == [spoken]
    assert await elsewhere.captions.get(RAIN.id, "en") == spoken
    assert [one.event for one in await left_behind(storage) if isinstance(one.event, CaptionsChanged)]


async def test_the_ratings_of_the_erased_still_count_after_a_round_trip(
    transfer: Transfer, storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    await transfer.load(ORIGIN, Listed(ANN, BEN, RAIN, LIKED))
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, BEN.changed(status=AccountStatus.ERASED))
    await work.commit()
    saved = Saved()

    await transfer.save(saved)
    report = await a_transfer(elsewhere, clock, ids).load(ORIGIN, Listed(*saved.entries))

    assert report.bad == []
    assert (await present(elsewhere, RAIN.id)).totals == Totals(views=238, ratings=1, stars=4)
    assert await elsewhere.accounts.all() == [ANN]
    nameless = await elsewhere.accounts.get(BEN.id)
    assert nameless is not None
    assert (nameless.email, nameless.first_name, nameless.is_erased) == ("", "", True)
