"""Comments in Cassandra: a row each, read with their authors' names in one round trip after the list's."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.cassandra.comment_rows import (
    COLUMNS,
    GET,
    HIDDEN,
    SHOWN,
    SHOWN_COMMENTS,
    author_subject,
    comment_guard,
    comment_of,
    names_of,
    plan_comment,
    planned_comment,
)
from killrvideo.adapters.cassandra.lanes import oldest
from killrvideo.adapters.cassandra.paging import in_time, page_in_time, place_in_time, rows_for
from killrvideo.adapters.cassandra.parted_lists import AT_ONCE, WHOLE, PartedList, that_show
from killrvideo.adapters.cassandra.plan import Plan
from killrvideo.adapters.cassandra.purgeable import may_go
from killrvideo.adapters.cassandra.removal_rows import forget_removals
from killrvideo.adapters.cassandra.session import Row
from killrvideo.adapters.cassandra.units import Foundation, planned
from killrvideo.adapters.cassandra.video_rows import public_among, unhidden_among, video_subject
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.errors import Conflict, StaleVersion
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import ContentType
from killrvideo.service_interfaces.units import UnitOfWork

ON_VIDEO = """
SELECT created_at AS at, id, author_id FROM comments_on_video
WHERE video_id = :video_id AND list = :list AND part = :part AND (created_at, id) < (:at, :id) LIMIT :count
"""
BY_AUTHOR = """
SELECT created_at AS at, id, video_id FROM comments_by_author
WHERE author_id = :author_id AND list = :list AND (created_at, id) < (:at, :id) LIMIT :count
"""
DELETED = """
SELECT deleted_at AS at, id, author_id AS owner_id, causes FROM deleted_comments
WHERE lane = :lane AND deleted_at < :before
"""
EVERYTHING = f"SELECT {COLUMNS} FROM comments"  # noqa: S608 - constants


class CassandraCommentStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._on_video = PartedList(on.session, ON_VIDEO)
        self._by_author = PartedList(on.session, BY_AUTHOR, parts=WHOLE)

    async def get(self, comment_id: CommentId) -> Comment | None:
        comment = comment_of(await self._session.row(GET, {"id": comment_id}))
        return None if comment is None else (await self._named([comment]))[0]

    async def on_video(self, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        rows, amounts = await asyncio.gather(
            self._on_video.of(video_id=video_id, list=SHOWN)(place_in_time(wanted), rows_for(wanted)),
            self._tallies.of(video_subject(video_id)),
        )
        page = page_in_time(rows, amounts.comments, wanted)
        names, comments = await asyncio.gather(
            names_of(self._session, (row["author_id"] for row in page.items)), self._each(page.items)
        )
        items = tuple(_with_name(comment, names) for comment in comments)
        return Page(items, page.total, page.next)

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        """The total counts what no cause of its own hides, but for what this page found on hidden videos."""
        comments: dict[UUID, Comment] = {}

        async def shows(rows: Sequence[Row]) -> Sequence[bool]:
            # As a rule all of them show: what the page would be then is read at once.
            public, found = await asyncio.gather(
                public_among(self._session, (row["video_id"] for row in rows)),
                self._each(page_in_time(rows, 0, wanted).items),
            )
            comments.update({comment.id: comment for comment in found})
            return [row["video_id"] in public for row in rows]

        seen, amounts, names = await asyncio.gather(
            that_show(
                self._by_author.of(author_id=author_id, list=SHOWN),
                shows,
                place_in_time(wanted),
                rows_for(wanted),
            ),
            self._tallies.of(author_subject(author_id)),
            names_of(self._session, [author_id]),
        )
        page = page_in_time(seen.rows, amounts.comments - seen.unseen, wanted)
        missed = await self._each(row for row in page.items if row["id"] not in comments)
        comments.update({comment.id: comment for comment in missed})
        items = [comments[row["id"]] for row in page.items if row["id"] in comments]
        return Page(tuple(_with_name(comment, names) for comment in items), page.total, page.next)

    async def all_of(self, author_id: AccountId) -> Sequence[Comment]:
        return await self._named(await self._each(sorted(await self._rows_of(author_id), key=in_time)))

    async def ids_of(self, author_id: AccountId) -> Sequence[CommentId]:
        return [CommentId(row["id"]) for row in await self._rows_of(author_id)]

    async def all(self) -> Sequence[Comment]:
        rows = await self._session.all_rows(EVERYTHING, fetch=AT_ONCE)
        found = [comment for row in rows if (comment := comment_of(row)) and not comment.causes]
        kept = await unhidden_among(self._session, {comment.video_id for comment in found})
        comments = [comment for comment in found if comment.video_id in kept]
        return await self._named(sorted(comments, key=lambda comment: (comment.created_at, comment.id)))

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
        return (await self._tallies.of(SHOWN_COMMENTS)).comments

    def add(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(comment_guard(comment.id), 0, _there_already, following=comment.version)
            self.rewrite(plan, None, comment)

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            await self.advance(plan, comment)

        planned(work).plan(plan_it)

    async def advance(self, plan: Plan, comment: Comment) -> None:
        """Plans the next version of a comment; raises StaleVersion."""
        before = await planned_comment(self._session, plan, comment.id)
        if before is None or before.version != comment.version - 1:
            raise StaleVersion
        plan.advance(comment_guard(comment.id), before.version, StaleVersion)
        # Who wrote it, when and where is no part of an edit.
        after = replace(
            comment, video_id=before.video_id, author_id=before.author_id, created_at=before.created_at
        )
        self.rewrite(plan, before, after)

    def rewrite(self, plan: Plan, before: Comment | None, after: Comment) -> None:
        """Plans the row and all that follows from it; the guard is the caller's to plan."""
        plan_comment(plan, before, after)

    def purge(self, work: UnitOfWork, comment: Comment) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await planned_comment(self._session, plan, comment.id)
            if before is None or before.version != comment.version:
                raise StaleVersion
            plan.advance(comment_guard(comment.id), before.version, StaleVersion)
            plan_comment(plan, before, None)
            await forget_removals(self._session, plan, ContentType.COMMENT, comment.id)

        planned(work).plan(plan_it)

    async def _rows_of(self, author_id: AccountId) -> list[Row]:
        """Everything that the account wrote."""
        lists = [self._by_author.all_of(author_id=author_id, list=list_) for list_ in (SHOWN, HIDDEN)]
        return [row for found in await asyncio.gather(*lists) for row in found]

    async def _each(self, rows: Iterable[Row]) -> list[Comment]:
        """The comments that the rows of a list stand for, without names; one round trip."""
        found = await asyncio.gather(*(self._session.row(GET, {"id": row["id"]}) for row in rows))
        return [comment for comment in map(comment_of, found) if comment is not None]

    async def _named(self, comments: Sequence[Comment]) -> list[Comment]:
        names = await names_of(self._session, (comment.author_id for comment in comments))
        return [_with_name(comment, names) for comment in comments]


def _with_name(comment: Comment, names: Mapping[UUID, PersonName | None]) -> Comment:
    return replace(comment, author_name=names[comment.author_id])


def _there_already() -> Conflict:
    return Conflict("This is there already.")
