"""What hides things in Cassandra: a row a cause, and lists of what is hidden now."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.comments.comments import CassandraCommentStore
from killrvideo.adapters.cassandra.comments.rows import comment_guard
from killrvideo.adapters.cassandra.jobs.jobs import CassandraJobQueue
from killrvideo.adapters.cassandra.lists.paging import TOP, Place, rows_for
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList
from killrvideo.adapters.cassandra.removals.content_orders import ContentOrders
from killrvideo.adapters.cassandra.removals.rows import (
    ALL,
    OF,
    ONE,
    planned_removals,
    removal_of,
    removals_subject,
)
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.rows import video_guard
from killrvideo.adapters.cassandra.videos.videos import CassandraVideoStore
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.paging import Page, PageRequest, Position
from killrvideo.domain.removals import Cause, ContentOrder, ContentType, Removal
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork

PAGE = """
SELECT at, content_id, content_type, cause FROM removals_by_age
WHERE list = :list AND day = :bucket AND (at, content_id) <= (:at, :id) LIMIT :count
"""
CAUSES = len(Cause)
"""One thing can be hidden so often at the same instant: a page can begin between two of its rows."""


class CassandraRemovalStore:
    def __init__(
        self,
        on: Foundation,
        videos: CassandraVideoStore,
        comments: CassandraCommentStore,
        jobs: CassandraJobQueue,
    ) -> None:
        self._session = on.session
        self._orders = ContentOrders(on, jobs)
        self._tallies = on.tallies
        self._videos = videos
        self._comments = comments
        self._lists = {
            list_: BucketedList(on.session, removals_subject(list_), PAGE, key={"list": list_})
            for list_ in (ALL, *ContentType)
        }

    async def of(self, content_type: ContentType, content_id: UUID) -> Sequence[Removal]:
        key = {"content_type": content_type.value, "content_id": content_id}
        return [removal_of(row) for row in await self._session.rows(OF, key)]

    async def page(self, content_type: ContentType | None, wanted: PageRequest) -> Page[Removal]:
        list_ = ALL if content_type is None else content_type.value
        place, seen = _start(wanted)
        rows, total = await asyncio.gather(
            self._lists[list_].behind(place, rows_for(wanted) + CAUSES),
            self._tallies.of(removals_subject(list_)),
        )
        behind = [row for row in rows if _place(row) != place or (row["content_type"], row["cause"]) < seen]
        first = 0 if wanted.after else wanted.offset
        shown = behind[first : first + wanted.size]
        goes_on = len(behind) > first + wanted.size
        found = await asyncio.gather(*(self._session.row(ONE, _key(row)) for row in shown))
        removals = tuple(removal_of(row) for row in found if row is not None)
        return Page(removals, total.videos, _position(shown[-1]) if goes_on else None)

    def add(self, work: UnitOfWork, removal: Removal) -> None:
        async def plan_it(plan: Plan) -> None:
            stored = await planned_removals(self._session, plan, removal.content_type, removal.content_id)
            stored.add(plan, self._lists, removal)

        planned(work).plan(plan_it)

    def lift(self, work: UnitOfWork, content_type: ContentType, content_id: UUID, cause: Cause) -> None:
        async def plan_it(plan: Plan) -> None:
            stored = await planned_removals(self._session, plan, content_type, content_id)
            stored.lift(plan, cause)
            self._date(plan, content_id, stored.since)

        planned(work).plan(plan_it)

    def hide_all_of(
        self, work: UnitOfWork, account_id: AccountId, by: AccountId | None, at: datetime, reason: str | None
    ) -> None:
        order = ContentOrder(account_id=account_id, hidden=True, by=by, at=at, reason=reason)
        self._orders.give(work, order)

    def show_all_of(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        self._orders.give(work, ContentOrder(account_id=account_id, hidden=False, at=at))

    async def order_for(self, account_id: AccountId) -> ContentOrder | None:
        return await self._orders.get(account_id)

    def carried_out(self, work: UnitOfWork, order: ContentOrder) -> None:
        self._orders.carried_out(work, order)

    def _date(self, plan: Plan, content_id: UUID, since: datetime | None) -> None:
        """Without its first cause, the thing that this plan changes counts as deleted since the next one."""
        match plan.known.get(video_guard(VideoId(content_id)), plan.known.get(_comment(content_id))):
            case Video() as video if video.deleted_at != since:
                self._videos.rewrite(plan, video, replace(video, deleted_at=since))
            case Comment() as comment if comment.deleted_at != since:
                self._comments.rewrite(plan, comment, replace(comment, deleted_at=since))


def _comment(content_id: UUID) -> str:
    return comment_guard(CommentId(content_id))


def _key(row: Row) -> dict[str, object]:
    return {name: row[name] for name in ("content_type", "content_id", "cause")}


def _place(row: Row) -> Place:
    return row["at"].replace(tzinfo=UTC), row["content_id"]


def _position(row: Row) -> Position:
    at, content_id = _place(row)
    return (to_millis(at), content_id.hex, row["content_type"], row["cause"])


def _start(wanted: PageRequest) -> tuple[Place, tuple[str, int]]:
    """Where the page begins: with rows of this place, but behind this type and cause."""
    match wanted.after:
        case None:
            return TOP, ("", 0)
        case (int(millis), str(content_id), str(content_type), int(cause)):
            return (from_millis(millis), UUID(content_id)), (content_type, cause)
    raise InvalidCursor("This cursor belongs to another list.")
