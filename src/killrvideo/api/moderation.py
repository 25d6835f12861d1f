"""What moderators look back on: removals to lift, what is hidden, and the audit trail."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from killrvideo.api.answers import Answer, answer
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.instants import Instant
from killrvideo.api.operations import Auth, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.domain import errors, moderation
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.moderation import AuditAction, AuditFilter
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.features.moderation import Hidden

router = APIRouter(tags=["moderation"])


class ContentRestoreResponse(Answer):
    content_id: UUID
    content_type: ContentType
    status_message: str


class HidingCause(StrEnum):
    AUTHOR = Cause.AUTHOR.word
    MODERATION = Cause.MODERATION.word
    ACCOUNT = Cause.ACCOUNT.word


class HiddenContent(Answer):
    """One cause that hides one thing; what several causes hide has an entry for each."""

    contentType: ContentType
    contentId: UUID
    videoId: UUID | None
    """The video itself, or that of the comment; null when it was purged a moment ago."""
    userId: UUID | None
    """Whose it is; null when it was purged a moment ago."""
    excerpt: str | None
    """The video's title, or how the comment begins; null when it was purged a moment ago."""
    cause: HidingCause
    hiddenBy: UUID | None
    """Null when the account that did it is gone."""
    hiddenAt: datetime
    reason: str | None
    """Null when none was given."""


class AuditEntry(Answer):
    auditId: UUID
    at: datetime
    actorId: UUID | None
    """Null for the operator at the command line, and for what the house does by itself."""
    action: AuditAction
    targetType: str
    targetId: UUID
    detail: dict[str, str]
    correlationId: str


def _restored(content_type: ContentType, content_id: UUID, causes: Cause) -> ContentRestoreResponse:
    left = " and ".join(cause.word for cause in causes)
    return ContentRestoreResponse(
        content_id=content_id,
        content_type=content_type,
        status_message="The removal by moderation is lifted"
        + (f"; still hidden by its {left}." if left else "."),
    )


def _hidden(found: Hidden) -> HiddenContent:
    removal = found.removal
    return HiddenContent(
        contentType=removal.content_type,
        contentId=removal.content_id,
        videoId=found.video_id,
        userId=found.owner_id,
        excerpt=found.excerpt,
        cause=HidingCause(removal.cause.word),
        hiddenBy=removal.by,
        hiddenAt=removal.at,
        reason=removal.reason,
    )


def _audited(entry: moderation.AuditEntry) -> AuditEntry:
    return AuditEntry(
        auditId=entry.id,
        at=entry.at,
        actorId=entry.actor_id,
        action=entry.action,
        targetType=entry.target_type,
        targetId=entry.target_id,
        detail=entry.detail,
        correlationId=entry.correlation_id,
    )


@operation(
    router,
    "POST",
    "/moderation/videos/{videoId:uuid}/restore",
    "moderation_restore_video",
    answer=ContentRestoreResponse,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.NotRemovedByModeration, errors.AlreadySubmitted),
)
async def restore_video(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Lifts a removal by moderation: the video, its comments and its counts are as they were."""
    video = await house.moderation.restore_video(caller, VideoId(videoId))
    return answer(_restored(ContentType.VIDEO, video.id, video.causes))


@operation(
    router,
    "POST",
    "/moderation/comments/{commentId:uuid}/restore",
    "moderation_restore_comment",
    answer=ContentRestoreResponse,
    auth=Auth.USER,
    refuses=(errors.CommentNotFound, errors.NotRemovedByModeration),
)
async def restore_comment(house: House, caller: CurrentCaller, commentId: UUID) -> Response:
    """Lifts a removal by moderation."""
    comment = await house.moderation.restore_comment(caller, CommentId(commentId))
    return answer(_restored(ContentType.COMMENT, comment.id, comment.causes))


@operation(
    router,
    "GET",
    "/moderation/removed",
    "moderation_removed",
    answer=PageOf[HiddenContent],
    auth=Auth.USER,
)
async def removed(
    house: House,
    caller: CurrentCaller,
    pages: Pages,
    content_type: Annotated[
        ContentType | None, Query(alias="type", description="Only videos, or only comments; both without it.")
    ] = None,
) -> Response:
    """What is hidden, by whom, when and why, newest first, until the purge removes it for good."""
    return answer(pages.spell(await house.moderation.hidden(caller, content_type, pages.wanted), _hidden))


@operation(
    router,
    "GET",
    "/moderation/audit",
    "moderation_audit",
    answer=PageOf[AuditEntry],
    auth=Auth.USER,
)
async def audit(
    house: House,
    caller: CurrentCaller,
    pages: Pages,
    action: Annotated[AuditAction | None, Query(description="Only what was done in this way.")] = None,
    actorId: Annotated[UUID | None, Query(description="Only what this user did.")] = None,
    targetId: Annotated[
        UUID | None, Query(description="Only what was done to this video, comment, flag or user.")
    ] = None,
    since: Annotated[Instant | None, Query(alias="from", description="At this instant or later.")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Before this instant.")] = None,
) -> Response:
    """Who did what to which thing, newest first."""
    chosen = AuditFilter(
        action=action,
        actor_id=None if actorId is None else AccountId(actorId),
        target_id=targetId,
        since=since,
        until=until,
    )
    return answer(pages.spell(await house.moderation.audit(caller, chosen, pages.wanted), _audited))
