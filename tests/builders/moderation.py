"""Reports, flags and audit entries with sensible defaults."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AuditId, FlagId
from killrvideo.domain.moderation import AuditAction, AuditEntry, Flag, FlagReason
from killrvideo.domain.removals import ContentType
from killrvideo.domain.videos import Video
from killrvideo.features.flags import Report
from tests.builders.ids import IDS
from tests.holding_still import START


def a_report(content: Video | Comment, reason_text: str | None = None) -> Report:
    return Report(
        content_type=ContentType.VIDEO if isinstance(content, Video) else ContentType.COMMENT,
        content_id=content.id,
        reason=FlagReason.SPAM,
        reason_text=reason_text,
    )


def a_flag(reporter: Account, content: Video | Comment, **changes: Any) -> Flag:
    is_video = isinstance(content, Video)
    flag = Flag(
        id=FlagId(IDS.new()),
        reporter_id=reporter.id,
        content_type=ContentType.VIDEO if is_video else ContentType.COMMENT,
        content_id=content.id,
        video_id=content.id if isinstance(content, Video) else content.video_id,
        reason=FlagReason.SPAM,
        created_at=START,
        updated_at=START,
    )
    return replace(flag, **changes)


def an_entry(target_id: UUID, **changes: Any) -> AuditEntry:
    entry = AuditEntry(
        id=AuditId(IDS.new()),
        at=START,
        actor_id=None,
        action=AuditAction.CONTENT_REMOVED,
        target_type=ContentType.VIDEO,
        target_id=target_id,
        correlation_id="a-test",
    )
    return replace(entry, **changes)
