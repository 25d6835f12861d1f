"""What a person did lately, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from killrvideo.api.answers import Answer, answer
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.operations import Auth, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.domain import errors
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.ids import AccountId

router = APIRouter(tags=["accounts"])


class UserActivity(Answer):
    """Each member in both spellings that clients read."""

    userId: UUID
    activityType: ActivityKind
    activityId: UUID
    activityTimestamp: datetime
    userid: UUID
    activity_type: ActivityKind
    activity_id: UUID
    activity_timestamp: datetime
    videoid: UUID


def spelled(activity: Activity) -> UserActivity:
    return UserActivity(
        userId=activity.account_id,
        activityType=activity.kind,
        activityId=activity.id,
        activityTimestamp=activity.at,
        userid=activity.account_id,
        activity_type=activity.kind,
        activity_id=activity.id,
        activity_timestamp=activity.at,
        videoid=activity.video_id,
    )


@operation(
    router,
    "GET",
    "/users/{userId:uuid}/activity",
    "users_activity",
    answer=PageOf[UserActivity],
    auth=Auth.USER,
    refuses=(errors.AccountNotFound,),
)
async def of_account(
    house: House,
    caller: CurrentCaller,
    pages: Pages,
    userId: UUID,
    activity_type: Annotated[
        ActivityKind | None, Query(description="Only activity of this kind; all kinds without it.")
    ] = None,
) -> Response:
    """One's own views, comments and ratings of the last 30 days, newest first; moderators read anybody's."""
    page = await house.activity.of_account(caller, AccountId(userId), activity_type, pages.wanted)
    return answer(pages.spell(page, spelled))
