"""The statements behind every page of a list read an index in order: the same at any depth and any size."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from killrvideo.adapters.sqlite import (
    activity,
    comments,
    playback,
    ratings,
    removals,
    search,
    taste,
    uploads,
    videos,
)
from killrvideo.adapters.sqlite.database import Binding, Database
from killrvideo.adapters.sqlite.paging import END_OF_TIME
from killrvideo.adapters.sqlite.storage import SqliteStorage
from tests.holding_still import CountingIds, ManualClock

Params = tuple[Binding, ...]
SLICE: Params = (END_OF_TIME, b"", 11, 0)
SOMEBODY = bytes(16)


@pytest.fixture
async def database(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Database]:
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage.database
    await storage.close()


def plan(database: Database, sql: str, params: Sequence[Binding]) -> list[str]:
    return [row[3] for row in database.rows(f"EXPLAIN QUERY PLAN {sql}", params)]


@pytest.mark.parametrize(
    ("sql", "params", "index"),
    [
        (videos.LATEST, SLICE, "videos_latest"),
        (videos.BY_UPLOADER, (SOMEBODY, *SLICE), "videos_by_uploader_latest"),
        (videos.OWN, (SOMEBODY, *SLICE), "videos_by_uploader"),
        (videos.BY_TAG, ("jazz", *SLICE), "PRIMARY KEY"),
        (comments.ON_VIDEO, (SOMEBODY, *SLICE), "comments_on_video"),
        (comments.BY_AUTHOR, (SOMEBODY, *SLICE), "comments_by_author"),
        (activity.OF_ACCOUNT, (SOMEBODY, None, 0, *SLICE), "activity_of_account"),
        (removals.PAGE, (None, END_OF_TIME, b"", "", 0, 11, 0), "removals_by_age"),
    ],
)
async def test_a_list_by_time_starts_where_the_page_does_and_sorts_nothing(
    database: Database, sql: str, params: Params, index: str
) -> None:
    first, *others = plan(database, sql, params)
    assert first.startswith("SEARCH")
    assert f"USING {index}" in first or f"USING INDEX {index} " in first
    # The row value itself is sought, so that a page deep in the list costs no more than the first.
    assert ",id)<(?,?)" in first or ",video_id)<(?,?)" in first or ",cause)<(?,?,?,?)" in first
    assert not [step for step in others if step.startswith("SCAN") or "TEMP B-TREE" in step]


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        (videos.GET, (SOMEBODY,)),
        (videos.COUNT, ()),
        (videos.COUNT_BY_TAG, ("jazz",)),
        (videos.COUNT_BY_UPLOADER, (SOMEBODY,)),
        (videos.PURGEABLE, (0, 10)),
        (videos.UNFINISHED, (0, 10)),
        (comments.GET, (SOMEBODY,)),
        (comments.COUNT_ON_VIDEO, (SOMEBODY,)),
        (comments.PURGEABLE, (0, 10)),
        (ratings.GET, (SOMEBODY, SOMEBODY)),
        (ratings.BY_ACCOUNT, (SOMEBODY, 10)),
        (removals.OF, ("video", SOMEBODY)),
        (search.REMOVE_TAGS, (SOMEBODY,)),
        (taste.COUNT, (SOMEBODY,)),
    ],
)
async def test_reads_and_counts_go_by_an_index(database: Database, sql: str, params: Params) -> None:
    steps = set(plan(database, sql, params)) - {"SCAN CONSTANT ROW"}
    assert not [step for step in steps if step.startswith("SCAN")]


async def test_public_comments_are_counted_without_reading_them(database: Database) -> None:
    [step] = plan(database, comments.COUNT_ON_VIDEO, (SOMEBODY,))
    assert "COVERING INDEX comments_on_video" in step


async def test_what_uploads_take_is_summed_up_without_reading_them(database: Database) -> None:
    [step] = plan(database, uploads.USAGE, (SOMEBODY,))
    assert "COVERING INDEX uploads_of_owner" in step


async def test_many_videos_are_read_by_their_ids(database: Database) -> None:
    steps = plan(database, videos.GET_MANY, ("[]",))
    assert [step for step in steps if step.startswith("SEARCH v") and "(id=?)" in step]
    assert not [step for step in steps if step.startswith("SCAN v")]


async def test_trending_reads_no_hour_before_the_interval(database: Database) -> None:
    steps = plan(database, playback.VIEWED_SINCE, (0, 10))
    assert "SEARCH hourly_views USING PRIMARY KEY (hour>?)" in steps


async def test_the_most_viewed_are_sorted_only_among_ties(database: Database) -> None:
    steps = plan(database, playback.MOST_VIEWED, (10,))
    assert steps == ["SCAN videos USING INDEX videos_by_views", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"]
