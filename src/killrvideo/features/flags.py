"""Flagging what should not be here, and what moderators do with a flag."""

from dataclasses import dataclass
from uuid import UUID

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import CommentNotFound, FlagNotFound, VideoNotFound
from killrvideo.domain.events import ContentFlagged, FlagMoved, FlagReasonRead
from killrvideo.domain.ids import CommentId, FlagId, VideoId
from killrvideo.domain.moderation import (
    NOTES_LONGEST,
    REASON_LONGEST,
    AuditAction,
    AuditEntry,
    Flag,
    FlagReason,
    FlagStatus,
    clean_words,
)
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.hiding import hide_comment, hide_video
from killrvideo.service_interfaces.storage import Storage, checked, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.videos import visible_video

FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a reader says is wrong with which content."""

    content_type: ContentType
    content_id: UUID
    reason: FlagReason
    reason_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where a moderator moves a flag."""

    status: FlagStatus
    notes: str | None = None


class Flags:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def report(self, caller: Caller, report: Report) -> Flag:
        """The new open flag. Raises VideoNotFound, CommentNotFound, AlreadyFlagged, InvalidText."""
        caller.require(Scope.FLAGS_WRITE)
        video_id = await self._video_of(caller, report)
        flag = self._new(caller, report, video_id)
        work = self._storage.begin("flags.report", caller.origin)
        work.made(flag.id)
        self._storage.flags.add(work, flag)
        work.publish(
            ContentFlagged(
                flag_id=flag.id,
                content_type=flag.content_type,
                content_id=flag.content_id,
                reason=flag.reason,
            )
        )
        await work.commit()
        return flag

    async def own(self, caller: Caller, flag_id: FlagId) -> Flag:
        """A flag for the one who raised it. Raises FlagNotFound, also for another's."""
        reporter = caller.require(Scope.FLAGS_WRITE)
        flag = await self._present(flag_id)
        if flag.reporter_id != reporter:
            raise _no_such(flag_id)
        return flag

    async def page(self, caller: Caller, status: FlagStatus | None, wanted: PageRequest) -> Page[Flag]:
        """All flags, or those in one state, newest first."""
        caller.require(Scope.MODERATION_READ)
        return await self._storage.flags.page(wanted, status=status)

    async def on_video(self, caller: Caller, video_id: VideoId, wanted: PageRequest) -> Page[Flag]:
        """Flags on the video itself, newest first. Raises VideoNotFound."""
        caller.require(Scope.MODERATION_READ)
        return await checked(
            self._present_video(video_id), self._storage.flags.page(wanted, video_id=video_id)
        )

    async def get(self, caller: Caller, flag_id: FlagId) -> Flag:
        """Raises FlagNotFound."""
        caller.require(Scope.MODERATION_READ)
        return await self._present(flag_id)

    async def read_reason(self, caller: Caller, flag_id: FlagId) -> Flag:
        """The flag, to be shown with its reason in clear, which is audited. Raises FlagNotFound."""
        caller.require(Scope.MODERATION_READ)
        caller.require(Scope.MODERATION_UNMASK)
        flag = await self._present(flag_id)
        work = self._storage.begin("flags.read_reason", caller.origin)
        self._note(work, caller, AuditAction.FLAG_REASON_READ, FLAG, flag_id)
        work.publish(FlagReasonRead(flag_id=flag_id, version=flag.version))
        await work.commit()
        return flag

    async def move(
        self, caller: Caller, flag_id: FlagId, verdict: Verdict, *, on_video: VideoId | None = None
    ) -> Flag:
        """The moved flag; approving takes its content down in the same unit of work.

        With ``on_video`` the flag must be on that video or on a comment of it.
        Raises FlagNotFound, FlagResolved, FlagTransition, InvalidText.
        """
        moderator = caller.require(Scope.MODERATION_ACT)

        async def attempt() -> Flag:
            flag = await self._present(flag_id)
            if on_video not in {None, flag.video_id}:
                raise _no_such(flag_id)
            notes = clean_words(verdict.notes, NOTES_LONGEST, "/moderatorNotes")
            moved = flag.moved(verdict.status, moderator, notes, self._clock.now())
            work = self._storage.begin("flags.move", caller.origin)
            self._storage.flags.replace(work, moved)
            self._note(work, caller, AuditAction.FLAG_MOVED, FLAG, flag_id, status=moved.status)
            work.publish(FlagMoved(flag_id=flag_id, version=moved.version, status=moved.status))
            if moved.status is FlagStatus.APPROVED:
                await self._take_down(work, caller, moved)
            await work.commit()
            return moved

        return await until_fresh(flag_id, attempt)

    async def _take_down(self, work: UnitOfWork, caller: Caller, flag: Flag) -> None:
        """Hides the content, unless moderation has hidden it before or it has been purged."""
        removal = self._removal(caller, flag)
        match flag.content_type:
            case ContentType.VIDEO:
                video = await self._storage.videos.get(flag.video_id)
                if video is None or video.causes & Cause.MODERATION:
                    return
                hide_video(self._storage, work, video, removal)
            case ContentType.COMMENT:
                comment = await self._storage.comments.get(CommentId(flag.content_id))
                if comment is None or comment.causes & Cause.MODERATION:
                    return
                hide_comment(self._storage, work, comment, removal)
        action = AuditAction.CONTENT_REMOVED
        self._note(work, caller, action, flag.content_type, flag.content_id, flag_id=str(flag.id))

    def _removal(self, caller: Caller, flag: Flag) -> Removal:
        return Removal(
            content_type=flag.content_type,
            content_id=flag.content_id,
            cause=Cause.MODERATION,
            by=caller.account_id,
            at=flag.updated_at,
            reason=": ".join(filter(None, (flag.reason, flag.moderator_notes))),
        )

    async def _video_of(self, caller: Caller, report: Report) -> VideoId:
        """The reported video, or that of the reported comment, if they show to the caller."""
        if report.content_type is ContentType.VIDEO:
            video = await visible_video(self._storage.videos, caller, VideoId(report.content_id))
            return video.id
        comment = await self._storage.comments.get(CommentId(report.content_id))
        if comment is None or comment.causes:
            raise CommentNotFound(f"There is no comment {report.content_id}.")
        await visible_video(self._storage.videos, caller, comment.video_id)
        return comment.video_id

    def _new(self, caller: Caller, report: Report, video_id: VideoId) -> Flag:
        now = self._clock.now()
        return Flag(
            id=FlagId(self._ids.new()),
            reporter_id=caller.signed_in(),
            content_type=report.content_type,
            content_id=report.content_id,
            video_id=video_id,
            reason=report.reason,
            reason_text=clean_words(report.reason_text, REASON_LONGEST, "/reasonText"),
            created_at=now,
            updated_at=now,
        )

    async def _present_video(self, video_id: VideoId) -> None:
        if await self._storage.videos.get(video_id) is None:
            raise VideoNotFound(f"There is no video {video_id}.")

    async def _present(self, flag_id: FlagId) -> Flag:
        flag = await self._storage.flags.get(flag_id)
        if flag is None:
            raise _no_such(flag_id)
        return flag

    def _note(
        self,
        work: UnitOfWork,
        caller: Caller,
        action: AuditAction,
        target_type: str,
        target_id: UUID,
        **detail: str,
    ) -> None:
        entry = AuditEntry.by(
            caller, self._ids.new(), self._clock.now(), action, target_type, target_id, **detail
        )
        self._storage.audit.add(work, entry)


def _no_such(flag_id: FlagId) -> FlagNotFound:
    return FlagNotFound(f"There is no flag {flag_id}.")
