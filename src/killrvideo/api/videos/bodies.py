"""How videos are spelled: what clients send and read of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from killrvideo.api.answers import Answer, Body, Count, WebAddress, WebReference
from killrvideo.api.captions import CaptionLink, link
from killrvideo.api.streams import StreamLinks, links
from killrvideo.api.text import THREE_BETWEEN_BLANKS, Text
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.media import Media
from killrvideo.domain.processing import StepState, percent
from killrvideo.domain.videos import (
    ADDRESS_LONGEST,
    DESCRIPTION_LONGEST,
    TAG_LONGEST,
    TAGS_MOST,
    TITLE_LENGTHS,
    Video,
    VideoStatus,
)
from killrvideo.features.processing import Progress
from killrvideo.service_interfaces.video_sources import VideoMetadata

Address = Annotated[
    Text,
    Field(
        max_length=ADDRESS_LONGEST,
        description="The address of a YouTube video in any of its usual forms.",
        examples=["https://www.youtube.com/watch?v=dQw4w9WgXcQ"],
    ),
]
Title = Annotated[
    Text,
    Field(
        min_length=TITLE_LENGTHS.start,
        max_length=TITLE_LENGTHS.stop - 1,
        json_schema_extra=THREE_BETWEEN_BLANKS,
    ),
]
Description = Annotated[Text, Field(max_length=DESCRIPTION_LONGEST)]
Tag = Annotated[Text, Field(min_length=1, max_length=TAG_LONGEST)]
Tags = Annotated[list[Tag], Field(max_length=TAGS_MOST)]


class VideoSubmitRequest(Body):
    youtubeUrl: Address
    title: Title | None = None
    """Without one, YouTube's; until that is known, `YouTube video` and the id."""
    description: Description | None = None
    """Without one, YouTube's."""
    tags: Tags | None = None
    """Trimmed, and one of those that differ in case alone. Without any, YouTube's."""


class VideoPreviewRequest(Body):
    youtubeUrl: Address


class VideoPreview(Answer):
    """What YouTube tells of a video."""

    title: str
    description: str | None
    """Null when YouTube does not tell."""
    thumbnailUrl: WebAddress | None
    """Null when YouTube does not tell."""
    durationSeconds: Count | None
    """Null when YouTube does not tell."""
    tags: list[str]
    """Empty when YouTube does not tell."""


class VideoUpdateRequest(Body):
    """What is absent or null stays as it is; an empty description takes it away."""

    title: Title | None = None
    """From now on kept, whatever YouTube says."""
    description: Description | None = None
    """Empty for none."""
    tags: Tags | None = None
    """In place of all that there are."""


class VideoSummary(Answer):
    videoId: UUID
    key: UUID
    """The same as `videoId`: the front end's list key."""
    title: str
    thumbnailUrl: WebReference | None
    """Relative to the server, where we serve it; null when it has no picture."""
    userId: UUID
    """Who submitted it."""
    submittedAt: datetime
    content_rating: str | None
    """For which age it is, as imported; null when that is not said."""
    category: str | None
    """Null when it is in none."""
    description: str | None
    """Null when it has none."""
    tags: list[str]
    durationSeconds: Count | None
    """Null while that is not known."""
    status: VideoStatus
    views: Count
    viewCount: Count
    """The same as `views`."""
    averageRating: float | None
    """Rounded to two places; null while nobody has rated."""
    totalRatingsCount: Count


class VideoDetail(Answer):
    videoId: UUID
    userId: UUID
    """Who submitted it."""
    title: str
    description: str | None
    """Null when it has none."""
    tags: list[str]
    submittedAt: datetime
    updatedAt: datetime | None
    """When anything of it changed last, its status included; null before that."""
    thumbnailUrl: WebReference | None
    """Relative to the server, where we serve it; null when it has no picture."""
    location: WebReference
    """What a player embeds; of an upload the stream, relative to the server."""
    location_type: int
    """1 for YouTube, 2 for an upload."""
    youtubeVideoId: str | None
    """Null unless it is on YouTube."""
    content_rating: str | None
    """For which age it is, as imported; null when that is not said."""
    category: str | None
    """Null when it is in none."""
    language: str | None
    """Such as `en`; null when that is not known."""
    status: VideoStatus
    """Others than the owner and moderators only ever read READY ones."""
    views: Count
    viewCount: Count
    """The same as `views`."""
    averageRating: float | None
    """Rounded to two places; null while nobody has rated."""
    totalRatingsCount: Count
    is_deleted: bool
    """Deleted ones show to moderators, and in the archive of one's own."""
    deleted_at: datetime | None
    """Null unless it is deleted."""
    durationSeconds: Count | None
    """Null while that is not known."""
    streams: StreamLinks | None
    """Where an upload is watched; null for others, and until that can be."""
    captions: list[CaptionLink] | None
    """By language; null where there are none."""


class ProcessingStep(Answer):
    step: str
    state: StepState
    attempts: Count
    error: str | None
    """Why the last attempt failed; null when it did not."""
    progress: Annotated[int, Field(ge=0, le=100)]
    """Percent of this step."""
    secondsLeft: Annotated[float, Field(ge=0)] | None
    """As if the rest went on like the beginning; null where nothing is to judge by."""


class VideoStatusAnswer(Answer):
    videoId: UUID
    status: VideoStatus
    steps: list[ProcessingStep]
    progress: Annotated[int, Field(ge=0, le=100)]
    """Percent of the steps that are done."""
    error: str | None
    """Why processing failed; null but with the status ERROR."""


def summary(video: Video) -> VideoSummary:
    return VideoSummary(**summary_fields(video))


def summary_fields(video: Video) -> dict[str, Any]:
    """What every spelling of a video in a list has in common."""
    totals = video.totals
    return {
        "videoId": video.id,
        "key": video.id,
        "title": video.title,
        "thumbnailUrl": video.thumbnail_url,
        "userId": video.uploader_id,
        "submittedAt": video.submitted_at,
        "content_rating": video.content_rating,
        "category": video.category,
        "description": video.description,
        "tags": video.tags,
        "durationSeconds": video.duration_seconds,
        "status": video.status,
        "views": totals.views,
        "viewCount": totals.views,
        "averageRating": totals.average,
        "totalRatingsCount": totals.ratings,
    }


def detail(video: Video, tracks: Sequence[CaptionTrack] = (), media: Media | None = None) -> VideoDetail:
    totals = video.totals
    return VideoDetail(
        videoId=video.id,
        userId=video.uploader_id,
        title=video.title,
        description=video.description,
        tags=list(video.tags),
        submittedAt=video.submitted_at,
        updatedAt=video.updated_at,
        thumbnailUrl=video.thumbnail_url,
        location=video.location,
        location_type=video.location_type,
        youtubeVideoId=video.youtube_id,
        content_rating=video.content_rating,
        category=video.category,
        language=video.language,
        status=video.status,
        views=totals.views,
        viewCount=totals.views,
        averageRating=totals.average,
        totalRatingsCount=totals.ratings,
        is_deleted=video.is_deleted,
        deleted_at=video.deleted_at,
        durationSeconds=video.duration_seconds,
        streams=None if media is None else links(media),
        captions=[link(track) for track in tracks] or None,
    )


def progress_of(progress: Progress) -> VideoStatusAnswer:
    return VideoStatusAnswer(
        videoId=progress.video.id,
        status=progress.video.status,
        steps=[
            ProcessingStep(
                step=report.step,
                state=report.state,
                attempts=report.attempts,
                error=report.error,
                progress=round(100 * report.part),
                secondsLeft=report.seconds_left,
            )
            for report in progress.steps
        ],
        progress=percent(progress.steps),
        error=progress.video.error,
    )


def preview_of(found: VideoMetadata) -> VideoPreview:
    return VideoPreview(
        title=found.title,
        description=found.description,
        thumbnailUrl=found.thumbnail_url,
        durationSeconds=found.duration_seconds,
        tags=list(found.tags),
    )
