"""The recent doings of each account in Cassandra: rows that expire by themselves."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from killrvideo.adapters.cassandra.accounts.owned_rows import drop_for_good, is_open
from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.comments.rows import kept_comments_among, shown_among
from killrvideo.adapters.cassandra.lists.paging import TOP, page_in_time, place_in_time, rows_for
from killrvideo.adapters.cassandra.lists.parted import EVERYTHING, PartedList, that_show
from killrvideo.adapters.cassandra.playback.view_rows import month_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.rows import kept_among, public_among
from killrvideo.domain.activity import KEPT_FOR, Activity, ActivityKind
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork

A_DAY = timedelta(days=1)
"""By how much clocks, and the ends of retention, may be apart."""

SELECT = """
SELECT at, id, kind, video_id, comment_id FROM activity
WHERE account_id = :account_id AND kind = :kind AND month = :month
  AND (at, id) < (:at, :id) AND (at) >= (:since) LIMIT :count
"""
COUNT = """
SELECT count(*) AS found FROM activity
WHERE account_id = :account_id AND kind = :kind AND month = :month AND at >= :since
"""
ADD = """
INSERT INTO activity (account_id, kind, month, at, id, video_id, comment_id)
VALUES (:account_id, :kind, :month, :at, :id, :video_id, :comment_id)
USING TTL :seconds AND TIMESTAMP :stamp
"""
FORGET = """
DELETE FROM activity USING TIMESTAMP :later
WHERE account_id = :account_id AND kind = :kind AND month = :month
"""


class CassandraActivityStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._clock = on.clock
        on.erasing.append(self._forget)

    async def of_account(
        self, account_id: AccountId, kind: ActivityKind | None, since: datetime, wanted: PageRequest
    ) -> Page[Activity]:
        """The total counts all entries, but for what this page found about what does not show."""
        parts = self._parts(ActivityKind if kind is None else (kind,), since)
        listed = PartedList(self._session, SELECT, parts=parts).of(account_id=account_id, since=since)
        seen, entries = await asyncio.gather(
            that_show(listed, self._show, place_in_time(wanted), rows_for(wanted)),
            self._count([{**part, "account_id": account_id, "since": since} for part in parts]),
        )
        page = page_in_time(seen.rows, entries - seen.unseen, wanted)
        return page.of(lambda row: _activity(account_id, row))

    async def all_of(self, account_id: AccountId) -> Sequence[Activity]:
        since = self._clock.now() - KEPT_FOR - A_DAY
        listed = PartedList(self._session, SELECT, parts=self._parts(ActivityKind, since))
        rows = await listed.of(account_id=account_id, since=since)(TOP, EVERYTHING)
        videos, comments = await asyncio.gather(
            kept_among(self._session, (row["video_id"] for row in rows)),
            kept_comments_among(self._session, _comment_ids(rows)),
        )
        return [_activity(account_id, row) for row in rows if _is_about(row, videos, comments)]

    def add(self, work: UnitOfWork, activity: Activity) -> None:
        async def plan_it(plan: Plan) -> None:
            lapses_at = activity.at + KEPT_FOR + A_DAY
            seconds = int((lapses_at - self._clock.now()).total_seconds())
            if seconds > 0 and await is_open(self._session, plan, activity.account_id):
                plan.write(ADD, {**_row_of(activity), "seconds": seconds})

        planned(work).plan(plan_it)

    async def purge(self, before: datetime) -> int:  # noqa: ARG002
        """Nothing: entries expire by themselves, a day after nobody can ask for them any more."""
        return 0

    def _parts(self, kinds: Iterable[ActivityKind], since: datetime) -> list[dict[str, object]]:
        until = max(since, self._clock.now()) + A_DAY
        months = range(month_of(since), month_of(until) + 1)
        return [{"kind": kind.value, "month": month} for kind in kinds for month in months]

    async def _show(self, rows: Sequence[Row]) -> Sequence[bool]:
        videos, comments = await asyncio.gather(
            public_among(self._session, (row["video_id"] for row in rows)),
            shown_among(self._session, _comment_ids(rows)),
        )
        return [_is_about(row, videos, comments) for row in rows]

    async def _count(self, parts: Iterable[dict[str, object]]) -> int:
        counts = await asyncio.gather(*(self._session.rows(COUNT, params) for params in parts))
        return sum(row["found"] for rows in counts for row in rows)

    async def _forget(self, plan: Plan, account_id: AccountId) -> None:
        for part in self._parts(ActivityKind, self._clock.now() - KEPT_FOR - A_DAY):
            drop_for_good(plan, FORGET, {**part, "account_id": account_id})


def _comment_ids(rows: Sequence[Row]) -> set[CommentId]:
    return {CommentId(row["comment_id"]) for row in rows if row["comment_id"] is not None}


def _is_about(row: Row, videos: set[VideoId], comments: set[CommentId]) -> bool:
    return row["video_id"] in videos and (row["comment_id"] is None or row["comment_id"] in comments)


def _activity(account_id: AccountId, row: Row) -> Activity:
    return Activity(
        id=ActivityId(row["id"]),
        account_id=account_id,
        kind=ActivityKind(row["kind"]),
        video_id=VideoId(row["video_id"]),
        comment_id=None if row["comment_id"] is None else CommentId(row["comment_id"]),
        at=aware(row["at"]),
    )


def _row_of(activity: Activity) -> dict[str, object]:
    return {
        "account_id": activity.account_id,
        "kind": activity.kind.value,
        "month": month_of(activity.at),
        "at": activity.at,
        "id": activity.id,
        "video_id": activity.video_id,
        "comment_id": activity.comment_id,
    }
