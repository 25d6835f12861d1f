"""Reading the lists of comments: ids in one round trip, the comments and their authors' names in another."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.comments.rows import (
    GET,
    HIDDEN,
    SHOWN,
    author_subject,
    comment_of,
    names_of,
)
from killrvideo.adapters.cassandra.lists.paging import in_time, page_in_time, place_in_time, rows_for
from killrvideo.adapters.cassandra.lists.parted import WHOLE, PartedList, Seen, in_pieces, that_show
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.videos.rows import public_among, video_subject
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest

ON_VIDEO = """
SELECT created_at AS at, id, author_id FROM comments_on_video
WHERE video_id = :video_id AND list = :list AND part = :part AND (created_at, id) < (:at, :id) LIMIT :count
"""
BY_AUTHOR = """
SELECT created_at AS at, id, video_id FROM comments_by_author
WHERE author_id = :author_id AND list = :list AND (created_at, id) < (:at, :id) LIMIT :count
"""

Names = Mapping[UUID, PersonName | None]


class CommentPages:
    def __init__(self, session: CassandraSession, tallies: Tallies) -> None:
        self._session = session
        self._tallies = tallies
        self._on_video = PartedList(session, ON_VIDEO)
        self._by_author = PartedList(session, BY_AUTHOR, parts=WHOLE)

    async def on_video(self, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        rows, amounts = await asyncio.gather(
            self._on_video.of(video_id=video_id, list=SHOWN)(place_in_time(wanted), rows_for(wanted)),
            self._tallies.of(video_subject(video_id)),
        )
        page = page_in_time(rows, amounts.comments, wanted)
        names, comments = await asyncio.gather(
            names_of(self._session, (row["author_id"] for row in page.items)), self.each(page.items)
        )
        return Page(_in_order(page.items, comments, names), page.total, page.next)

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        """The total counts what no cause of its own hides, but for what this page found on hidden videos."""
        comments: dict[UUID, Comment] = {}
        seen, amounts, names = await asyncio.gather(
            self._public(author_id, wanted, comments),
            self._tallies.of(author_subject(author_id)),
            names_of(self._session, [author_id]),
        )
        page = page_in_time(seen.rows, amounts.comments - seen.unseen, wanted)
        comments |= await self.each(row for row in page.items if row["id"] not in comments)
        return Page(_in_order(page.items, comments, names), page.total, page.next)

    async def _public(self, author_id: AccountId, wanted: PageRequest, comments: dict[UUID, Comment]) -> Seen:
        """Rows about public videos; what the page is if all of them are, is read to ``comments`` as well."""

        async def shows(rows: Sequence[Row]) -> Sequence[bool]:
            public, found = await asyncio.gather(
                public_among(self._session, (row["video_id"] for row in rows)),
                self.each(page_in_time(rows, 0, wanted).items),
            )
            comments.update(found)
            return [row["video_id"] in public for row in rows]

        listed = self._by_author.of(author_id=author_id, list=SHOWN)
        return await that_show(listed, shows, place_in_time(wanted), rows_for(wanted))

    async def rows_of(self, author_id: AccountId) -> list[Row]:
        """Of everything that the account wrote, oldest first."""
        lists = (self._by_author.all_of(author_id=author_id, list=list_) for list_ in (SHOWN, HIDDEN))
        return sorted((row for rows in await asyncio.gather(*lists) for row in rows), key=in_time)

    async def pieces_on(self, video_id: VideoId) -> AsyncGenerator[list[Row], None]:
        """Rows of everything that was written about the video, piece by piece."""
        for list_ in (SHOWN, HIDDEN):
            async for rows in in_pieces(self._on_video.of(video_id=video_id, list=list_)):
                yield rows

    async def each(self, rows: Iterable[Row]) -> dict[UUID, Comment]:
        """What the rows of a list stand for, by id and without names."""
        found = await in_turns(rows, lambda row: self._session.row(GET, {"id": row["id"]}))
        return {comment.id: comment for row in found if (comment := comment_of(row))}

    async def named(self, comments: Sequence[Comment]) -> list[Comment]:
        names = await names_of(self._session, (comment.author_id for comment in comments))
        return [_with_name(comment, names) for comment in comments]


def _in_order(rows: Iterable[Row], comments: Mapping[UUID, Comment], names: Names) -> tuple[Comment, ...]:
    """Without those that were purged since their row was read."""
    return tuple(_with_name(comments[row["id"]], names) for row in rows if row["id"] in comments)


def _with_name(comment: Comment, names: Names) -> Comment:
    return replace(comment, author_name=names[comment.author_id])
