"""Comments in Cassandra: a row each, whose lists and counts follow from how it stands."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.comments.pages import CommentPages
from killrvideo.adapters.cassandra.comments.rows import (
    COLUMNS,
    GET,
    SHOWN_COMMENTS,
    comment_guard,
    comment_of,
    plan_comment,
    planned_comment,
)
from killrvideo.adapters.cassandra.lists.lanes import oldest
from killrvideo.adapters.cassandra.lists.parted import AT_ONCE
from killrvideo.adapters.cassandra.removals.purgeable import may_go
from killrvideo.adapters.cassandra.removals.rows import forget_removals
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation, planned
from killrvideo.adapters.cassandra.videos.rows import unhidden_among
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import Conflict, StaleVersion
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import ContentType
from killrvideo.service_interfaces.storage import until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

DELETED = """
SELECT deleted_at AS at, id, author_id AS owner_id, causes FROM deleted_comments
WHERE lane = :lane AND deleted_at < :before
"""
EVERYTHING = f"SELECT {COLUMNS} FROM comments"  # noqa: S608 - constants


class CassandraCommentStore:
    def __init__(self, on: Foundation) -> None:
        self._on = on
        self._session = on.session
        self._pages = CommentPages(on.session, on.tallies)
        on.purging.append(self._drop_of_video)

    async def get(self, comment_id: CommentId) -> Comment | None:
        comment = comment_of(await self._session.row(GET, {"id": comment_id}))
        return None if comment is None else (await self._pages.named([comment]))[0]

    async def on_video(self, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        return await self._pages.on_video(video_id, wanted)

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        return await self._pages.by_author(author_id, wanted)

    async def all_of(self, author_id: AccountId) -> Sequence[Comment]:
        comments = await self._pages.each(await self._pages.rows_of(author_id))
        return await self._pages.named([*comments.values()])

    async def ids_of(self, author_id: AccountId) -> Sequence[CommentId]:
        return [CommentId(row["id"]) for row in await self._pages.rows_of(author_id)]

    async def all(self) -> Sequence[Comment]:
        rows = await self._session.all_rows(EVERYTHING, fetch=AT_ONCE)
        found = [comment for row in rows if (comment := comment_of(row)) and not comment.causes]
        kept = await unhidden_among(self._session, (comment.video_id for comment in found))
        comments = [comment for comment in found if comment.video_id in kept]
        return await self._pages.named(sorted(comments, key=lambda comment: (comment.created_at, comment.id)))

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[CommentId]:
        async def is_due(row: Row) -> bool:
            found, due = await asyncio.gather(
                self._session.row(GET, {"id": row["id"]}),
                may_go(self._session, ContentType.COMMENT, row, deleted_before),
            )
            return due and found is not None and found["deleted_at"] == row["at"]

        rows = await oldest(self._session, DELETED, deleted_before, limit, is_due)
        return [CommentId(row["id"]) for row in rows]

    async def count(self) -> int:
        return (await self._on.tallies.of(SHOWN_COMMENTS)).comments

    def add(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(comment_guard(comment.id), 0, _there_already, following=comment.version)
            plan_comment(plan, None, comment)

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            await self.advance(plan, comment)

        planned(work).plan(plan_it)

    def purge(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._present(plan, comment.id, comment.version)
            plan_comment(plan, before, None)
            await forget_removals(self._session, plan, ContentType.COMMENT, comment.id)

        planned(work).plan(plan_it)

    async def advance(self, plan: Plan, comment: Comment) -> None:
        """Plans the next version of a comment; raises StaleVersion."""
        before = await self._present(plan, comment.id, comment.version - 1)
        # Who wrote it, when and where is no part of an edit.
        after = replace(
            comment, video_id=before.video_id, author_id=before.author_id, created_at=before.created_at
        )
        plan_comment(plan, before, after)

    def rewrite(self, plan: Plan, before: Comment | None, after: Comment) -> None:
        """Plans the row and all that follows from it; the guard is the caller's to plan."""
        plan_comment(plan, before, after)

    async def _present(self, plan: Plan, comment_id: CommentId, version: int) -> Comment:
        """The comment, if it is at this version, which the plan leaves; raises StaleVersion."""
        before = await planned_comment(self._session, plan, comment_id)
        if before is None or before.version != version:
            raise StaleVersion
        plan.advance(comment_guard(comment_id), version, StaleVersion)
        return before

    async def _drop_of_video(self, video_id: VideoId) -> None:
        async for rows in self._pages.pieces_on(video_id):
            await in_turns(rows, self._drop_listed)

    async def _drop_listed(self, row: Row) -> None:
        """However often it is being changed. Raises Unavailable rather than leave it: then the purge is not
        over.
        """
        comment_id = CommentId(row["id"])
        await until_fresh(comment_id, lambda: self._drop(comment_id))

    async def _drop(self, comment_id: CommentId) -> None:
        """As a purge of its own, so that its author's counts follow; raises StaleVersion."""
        comment = comment_of(await self._session.row(GET, {"id": comment_id}))
        if comment is None:
            return
        origin = Origin(correlation_id=str(comment.video_id))
        work = CassandraUnitOfWork(self._on, "comments.purge_with_video", origin)
        self.purge(work, comment)
        await work.commit()


def _there_already() -> Conflict:
    return Conflict("This is there already.")
