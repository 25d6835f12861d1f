"""Ratings: what is sent and read of them, and the operations on them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from killrvideo.api.answers import Answer, Body, Count, answer, nothing
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.idempotency import once
from killrvideo.api.numbers import WHOLE
from killrvideo.api.operations import Auth, Shared, operation
from killrvideo.application import Application
from killrvideo.domain import errors
from killrvideo.domain.access import Caller
from killrvideo.domain.ids import VideoId
from killrvideo.domain.ratings import STARS, Rating

router = APIRouter(tags=["ratings"])


class RatingRequest(Body):
    rating: Annotated[int, Field(strict=True, ge=STARS.start, le=STARS.stop - 1), WHOLE]
    """Stars, as a whole number."""


class RatingResponse(Answer):
    rating: int
    videoid: UUID
    userid: UUID
    created_at: datetime
    updated_at: datetime


class AggregateRating(Answer):
    videoId: UUID
    averageRating: float | None
    """Rounded to two places; null while nobody has rated."""
    totalRatingsCount: Count
    currentUserRating: int | None
    """The caller's own stars; null for a reader who has not rated or is not signed in."""


class VideoRatingSummary(Answer):
    videoId: UUID
    averageRating: float
    """Rounded to two places; 0.0 while nobody has rated."""
    ratingCount: Count


async def _rate(house: Application, caller: Caller, video_id: VideoId, body: RatingRequest) -> Rating:
    return await once(
        house,
        caller,
        lambda: house.ratings.rate(caller, video_id, body.rating),
        lambda made: house.ratings.own(caller, VideoId(made)),
    )


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/ratings",
    "ratings_put",
    answer=RatingResponse,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.VideoNotReady),
    creates=True,
)
async def put(house: House, caller: CurrentCaller, videoId: UUID, body: RatingRequest) -> Response:
    """Rates a video; a repeat replaces the caller's one rating."""
    rating = await _rate(house, caller, VideoId(videoId), body)
    return answer(
        RatingResponse(
            rating=rating.stars,
            videoid=rating.video_id,
            userid=rating.account_id,
            created_at=rating.created_at,
            updated_at=rating.updated_at,
        )
    )


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/ratings",
    "ratings_get",
    answer=AggregateRating,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound,),
    shared=Shared.SIGNED_OUT,
)
async def get(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """All ratings of a video in one, and the caller's own."""
    summary = await house.ratings.summary(caller, VideoId(videoId))
    return answer(
        AggregateRating(
            videoId=videoId,
            averageRating=summary.totals.average,
            totalRatingsCount=summary.totals.ratings,
            currentUserRating=summary.own,
        )
    )


@operation(
    router,
    "DELETE",
    "/videos/{videoId:uuid}/ratings",
    "ratings_withdraw",
    status=204,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound,),
)
async def withdraw(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Takes the caller's own rating back; it counts no more."""
    await house.ratings.withdraw(caller, VideoId(videoId))
    return nothing()


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/rating",
    "rating_put",
    status=204,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.VideoNotReady),
    alias="/videos/id/{videoId:uuid}/rating",
    creates=True,
)
async def put_silently(house: House, caller: CurrentCaller, videoId: UUID, body: RatingRequest) -> Response:
    """Rates a video, as `ratings_put` does, and answers nothing."""
    await _rate(house, caller, VideoId(videoId), body)
    return nothing()


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/rating",
    "rating_get",
    answer=VideoRatingSummary,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.VideoNotReady),
    alias="/videos/id/{videoId:uuid}/rating",
    shared=Shared.EVERYBODY,
)
async def get_short(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """All ratings of a video in two numbers."""
    totals = await house.ratings.totals(caller, VideoId(videoId))
    return answer(
        VideoRatingSummary(videoId=videoId, averageRating=totals.average or 0.0, ratingCount=totals.ratings)
    )
