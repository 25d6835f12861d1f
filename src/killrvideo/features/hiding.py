"""Hiding or showing all that an account made, thing by thing, in stores that cannot do so at once.

A job goes through everything and brings it in line with the last order for the account, in small units of
work that still must hold the job. It can be broken off anywhere: what is done already is passed over by the
next try. A minute after the order it goes through everything once more, for what was still being written, or
hidden by somebody else, while it was at it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import AlreadySubmitted
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.removals import Cause, ContentOrder, ContentType
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.hiding import hide_comment, hide_video, show_comment, show_video
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

Id = TypeVar("Id", VideoId, CommentId)

PIECE = 10
"""Things that one unit of work changes."""
ONCE_MORE_AFTER = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


class Hiding:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def carry_out(self, job: Job) -> JobState:
        """Hides or shows all that the job's account made, as ordered last. Raises LeaseLost."""
        # Another order that comes meanwhile begins it anew.
        return await until_fresh(job.subject, lambda: self._go_through(job))

    async def try_later(self, job: Job, reason: str) -> JobState:
        """Puts it back, with growing pauses: it is never given up. Raises LeaseLost."""
        pause = min(timedelta(seconds=2 ** min(job.failures, 20)), LONGEST_PAUSE)
        work = self._begin(job)
        self._storage.jobs.again(work, job, self._clock.now() + pause, reason)
        await work.commit()
        return JobState.QUEUED

    async def _go_through(self, job: Job) -> JobState:
        began, account_id = self._clock.now(), AccountId(job.subject)
        order = await self._storage.removals.order_for(account_id)
        if order is not None:
            videos, comments = self._storage.videos, self._storage.comments
            for video_ids in _pieces(await videos.ids_of(account_id)):
                await self._turn(job, order, video_ids, videos.get)
            for comment_ids in _pieces(await comments.ids_of(account_id)):
                await self._turn(job, order, comment_ids, comments.get)
        return await self._end(job, order, began)

    async def _turn(
        self,
        job: Job,
        order: ContentOrder,
        piece: Sequence[Id],
        read: Callable[[Id], Awaitable[Video | Comment | None]],
    ) -> None:
        """Brings the things in line. A video whose twin was submitted meanwhile stays hidden."""
        try:
            await until_fresh(piece[0], lambda: self._turn_all(job, order, piece, read))
        except AlreadySubmitted:
            for each in piece if len(piece) > 1 else ():
                await self._turn(job, order, [each], read)

    async def _turn_all(
        self,
        job: Job,
        order: ContentOrder,
        piece: Sequence[Id],
        read: Callable[[Id], Awaitable[Video | Comment | None]],
    ) -> None:
        things = await asyncio.gather(*(read(each) for each in piece))
        wrong = [
            thing for thing in things if thing and bool(thing.causes & Cause.ACCOUNT) is not order.hidden
        ]
        if wrong:
            work = self._begin(job)
            self._storage.jobs.hold(work, job)
            for thing in wrong:
                self._change(work, order, thing)
            await work.commit()

    def _change(self, work: UnitOfWork, order: ContentOrder, thing: Video | Comment) -> None:
        match thing, order.hidden:
            case Video(), True:
                hide_video(self._storage, work, thing, order.removal_of(ContentType.VIDEO, thing.id))
            case Video(), False:
                show_video(self._storage, work, thing, Cause.ACCOUNT, order.at)
            case Comment(), True:
                hide_comment(self._storage, work, thing, order.removal_of(ContentType.COMMENT, thing.id))
            case Comment(), False:
                show_comment(self._storage, work, thing, Cause.ACCOUNT)

    async def _end(self, job: Job, order: ContentOrder | None, began: datetime) -> JobState:
        """Raises StaleVersion if another order has come."""
        work = self._begin(job)
        self._storage.jobs.done(work, job)
        if order is not None:
            self._storage.removals.carried_out(work, order)
            if began < order.at + ONCE_MORE_AFTER:
                once_more = Job.new(self._ids.new(), job.kind, job.subject, self._clock.now(), job.origin)
                self._storage.jobs.enqueue(work, replace(once_more, run_at=order.at + ONCE_MORE_AFTER))
        await work.commit()
        return JobState.DONE

    def _begin(self, job: Job) -> UnitOfWork:
        return self._storage.begin(f"job.{job.kind}", job.origin)


def _pieces(ids: Sequence[Id]) -> list[Sequence[Id]]:
    return [ids[start : start + PIECE] for start in range(0, len(ids), PIECE)]
