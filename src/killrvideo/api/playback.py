"""Watching over HTTP: views, watch time, and what trends."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from killrvideo.api.answers import Body, Count, answer_many, nothing
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.idempotency import just_once
from killrvideo.api.numbers import WHOLE
from killrvideo.api.operations import Auth, operation
from killrvideo.api.videos.bodies import VideoSummary, summary_fields
from killrvideo.domain import errors
from killrvideo.domain.ids import VideoId
from killrvideo.domain.playback import TREND_DAYS, WATCH_LONGEST

TRENDING_MOST = 50

router = APIRouter(tags=["playback"])


class WatchTimeRequest(Body):
    watch_duration_seconds: Annotated[int, Field(strict=True, ge=1, le=WATCH_LONGEST), WHOLE]
    """Seconds watched since the last report."""


class TrendingVideo(VideoSummary):
    viewsInInterval: Count
    """What ranks it; `views` are those of its whole life."""


TRENDING = TypeAdapter(list[TrendingVideo])


@operation(router, "GET", "/videos/trending", "videos_trending", answer=list[TrendingVideo])
async def trending(
    house: House,
    days: Annotated[
        int,
        Query(
            alias="intervalDays",
            ge=TREND_DAYS.start,
            le=TREND_DAYS.stop - 1,
            description="How many days back views count.",
        ),
    ] = 1,
    limit: Annotated[int, Query(ge=1, le=TRENDING_MOST, description="How many at most.")] = 10,
) -> Response:
    """The most viewed videos of the last days, as a bare array."""
    ranked = await house.playback.trending(days, limit)
    return answer_many(
        TRENDING,
        [TrendingVideo(**summary_fields(one.video), viewsInInterval=one.views_in_interval) for one in ranked],
    )


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/view",
    "videos_view",
    status=204,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}/view",
    creates=True,
)
async def view(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Counts a view; whoever reads the video next reads the new count."""
    await just_once(house, caller, lambda: house.playback.view(caller, VideoId(videoId)))
    return nothing()


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/watch-time",
    "videos_watch_time",
    status=204,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}/watch-time",
    creates=True,
)
async def watch_time(house: House, caller: CurrentCaller, videoId: UUID, body: WatchTimeRequest) -> Response:
    """Reports how long the caller watched; reports add up."""
    seconds = body.watch_duration_seconds
    await just_once(house, caller, lambda: house.playback.watch_time(caller, VideoId(videoId), seconds))
    return nothing()
