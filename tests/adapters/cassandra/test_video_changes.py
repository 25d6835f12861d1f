"""Videos on Cassandra whose changes cross or stop: lists, counts and names follow the video, or none does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from killrvideo.domain.errors import AlreadySubmitted, StaleVersion
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video, VideoStatus
from tests.adapters.cassandra.catalogue import (
    BEFORE_IT_IS_DECIDED,
    ONCE_IT_IS_DECIDED,
    UPLOADER,
    Catalogue,
    crash,
)
from tests.backends import EmptiedSession
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock


@pytest.fixture
async def catalogue(
    session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[Catalogue]:
    yield Catalogue(session, clock, ids)
    await session.empty()


def a_pending_video() -> Video:
    return a_video(UPLOADER, tags=("Jazz",), status=VideoStatus.PENDING)


@pytest.mark.parametrize("point", BEFORE_IT_IS_DECIDED)
async def test_a_change_that_stopped_early_never_was(catalogue: Catalogue, point: str) -> None:
    video = a_pending_video()
    await catalogue.add(video)
    published = video.changed(START, status=VideoStatus.READY)
    await crash(catalogue.change(published, point))
    await catalogue.repair()
    assert await catalogue.shown() == [0, 1]
    await catalogue.change(published).commit()
    assert await catalogue.shown() == [1, 1]


@pytest.mark.parametrize("point", ONCE_IT_IS_DECIDED)
async def test_a_change_that_stopped_late_is_finished(catalogue: Catalogue, point: str) -> None:
    video = a_pending_video()
    await catalogue.add(video)
    published = video.changed(START, status=VideoStatus.READY)
    await crash(catalogue.change(published, point))
    assert await catalogue.shown() == [0, 1]
    await catalogue.repair()
    assert await catalogue.shown() == [1, 1]
    assert await catalogue.videos.get(video.id) == published
    await catalogue.change(published.hidden_by(Cause.AUTHOR, START)).commit()
    assert await catalogue.shown() == [0, 0]


async def test_a_submission_that_stopped_gives_the_name_back(catalogue: Catalogue) -> None:
    video = a_pending_video()
    work = catalogue.work("tests.videos:statement-1")
    catalogue.videos.add(work, video)
    await crash(work)
    await catalogue.repair()
    assert await catalogue.videos.get(video.id) is None
    await catalogue.add(a_video(UPLOADER, youtube_id=video.youtube_id))


async def test_of_changes_that_cross_each_one_is_made_or_refused(catalogue: Catalogue) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    changes = [video.hidden_by(Cause.AUTHOR, START), video.changed(START, tags=("Jazz", "Trio"))] * 3
    outcomes = await asyncio.gather(
        *(catalogue.change(changed).commit() for changed in changes), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [StaleVersion] * 5
    present = await catalogue.videos.get(video.id)
    assert present is not None
    assert await catalogue.shown() == ([0, 0] if present.causes else [1, 1])


async def test_of_submissions_that_cross_one_is_made(catalogue: Catalogue) -> None:
    twins = [a_video(UPLOADER, tags=("Jazz",), youtube_id="dQw4w9WgXcQ") for _ in range(5)]
    outcomes = await asyncio.gather(*(catalogue.add(twin) for twin in twins), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [AlreadySubmitted] * 4
    assert await catalogue.shown() == [1, 1]


async def test_a_video_that_is_hidden_and_restored_again_and_again_is_counted_once(
    catalogue: Catalogue,
) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    for _ in range(3):
        video = video.hidden_by(Cause.MODERATION, START)
        await catalogue.change(video).commit()
        assert await catalogue.shown() == [0, 0]
        video = video.freed_from(Cause.MODERATION, START)
        await catalogue.change(video).commit()
        assert await catalogue.shown() == [1, 1]
