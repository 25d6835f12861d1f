"""Videos with sensible defaults: READY, submitted when the clock started, from a YouTube id of their own."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.videos import Video, VideoStatus, embed_address
from tests.builders.ids import IDS
from tests.holding_still import START


def a_video(uploader: Account, **changes: Any) -> Video:
    video_id = VideoId(IDS.new())
    youtube_id = f"{video_id.int & 0xFFFFFFFFFFF:011x}"
    video = Video(
        id=video_id,
        uploader_id=uploader.id,
        title="An hour of rain",
        location=embed_address(youtube_id),
        youtube_id=youtube_id,
        status=VideoStatus.READY,
        submitted_at=START,
    )
    return replace(video, **changes)


def a_removal(
    content_type: ContentType,
    content_id: UUID,
    cause: Cause,
    at: datetime,
    *,
    by: AccountId | None = None,
    reason: str | None = None,
) -> Removal:
    return Removal(content_type=content_type, content_id=content_id, cause=cause, by=by, at=at, reason=reason)
