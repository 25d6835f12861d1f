"""Recommendations over HTTP, and vectors that clients bring."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import FailFast, Field, TypeAdapter
from starlette.responses import Response

from killrvideo.api.answers import Answer, Body, Count, WebReference, answer, answer_many
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.idempotency import just_once
from killrvideo.api.operations import Auth, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.videos.bodies import VideoSummary, summary_fields
from killrvideo.domain import errors
from killrvideo.domain.ids import VideoId
from killrvideo.domain.recommendations import RELATED_MOST, Recommendation, ServedBy

router = APIRouter(tags=["recommendations"])

SERVED_BY = "X-Recommendations-Served-By"
STEPS = ", ".join(f"`{step}`" for step in ServedBy)

Score = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(strict=True)]


class RecommendationItem(Answer):
    videoId: UUID
    title: str
    thumbnailUrl: WebReference | None
    """Relative to the server, where we serve it; null when it has no picture."""
    score: Score
    """How alike it is, best first; 0 for what only fills the list up."""
    views: Count
    viewCount: Count
    """The same as `views`."""
    averageRating: float | None
    """Rounded to two places; null while nobody has rated."""
    userId: UUID
    submittedAt: datetime
    uploadDate: datetime
    """The same as `submittedAt`."""
    reason: str
    """Why it is shown, in words for a reader."""


class RecommendedVideo(VideoSummary):
    score: Score
    """How well it fits the caller, best first; 0 for what only fills the list up."""
    reason: str
    """Why it is shown, in words for a reader."""


class EmbeddingIngestRequest(Body):
    videoId: UUID
    """Whose vector it is."""
    vector: Annotated[list[Number], FailFast()]
    """As many finite numbers as the configured model gives (384 by default), not all of them zero."""


class EmbeddingIngestResponse(Answer):
    videoId: UUID
    status: Literal["accepted"]
    message: str | None
    """What became of it, in words; null when there is nothing to say."""


RELATED = TypeAdapter(list[RecommendationItem])


def related_item(one: Recommendation) -> RecommendationItem:
    video, totals = one.video, one.video.totals
    return RecommendationItem(
        videoId=video.id,
        title=video.title,
        thumbnailUrl=video.thumbnail_url,
        score=one.score,
        views=totals.views,
        viewCount=totals.views,
        averageRating=totals.average,
        userId=video.uploader_id,
        submittedAt=video.submitted_at,
        uploadDate=video.submitted_at,
        reason=one.reason,
    )


def recommended_video(one: Recommendation) -> RecommendedVideo:
    return RecommendedVideo(**summary_fields(one.video), score=one.score, reason=one.reason)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/related",
    "videos_related",
    answer=list[RecommendationItem],
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}/related",
    headers={SERVED_BY: f"The step that it begins with: {STEPS}."},
)
async def related(
    house: House,
    videoId: UUID,
    limit: Annotated[int, Query(ge=1, le=RELATED_MOST, description="How many at most.")] = 5,
) -> Response:
    """What is like this video, best first, filled up with what is popular right now; a bare array."""
    found = await house.recommendations.related(VideoId(videoId), limit)
    return answer_many(RELATED, [related_item(one) for one in found.what], headers={SERVED_BY: found.by})


@operation(
    router,
    "GET",
    "/recommendations/foryou",
    "recommendations_for_you",
    answer=PageOf[RecommendedVideo],
    auth=Auth.USER,
    headers={SERVED_BY: f"The step that the list begins with: {STEPS}."},
)
async def for_you(house: House, caller: CurrentCaller, pages: Pages) -> Response:
    """Videos that the caller has not seen: first what fits the watched and rated ones, then popular ones."""
    found = await house.recommendations.for_you(caller, pages.wanted)
    return answer(pages.spell(found.what, recommended_video), headers={SERVED_BY: found.by})


@operation(
    router,
    "POST",
    "/reco/ingest",
    "vectors_ingest",
    answer=EmbeddingIngestResponse,
    status=202,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.InvalidVector),
    creates=True,
)
async def ingest(house: House, caller: CurrentCaller, body: EmbeddingIngestRequest) -> Response:
    """Stores an embedding vector for a video, in place of the one that was brought before."""
    video_id = VideoId(body.videoId)
    await just_once(house, caller, lambda: house.recommendations.ingest(caller, video_id, body.vector))
    return answer(
        EmbeddingIngestResponse(videoId=video_id, status="accepted", message="The vector is stored."),
        status=202,
    )
