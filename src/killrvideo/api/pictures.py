"""Still pictures of videos, served by us."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.files import answered
from killrvideo.api.operations import Auth, operation
from killrvideo.api.text import Text
from killrvideo.domain import errors
from killrvideo.domain.ids import VideoId
from killrvideo.domain.limits import RouteClass

router = APIRouter(tags=["videos"])

Name = Annotated[
    Text,
    Path(
        min_length=1,
        max_length=80,
        description="`small.jpg`, `medium.jpg` or `large.jpg`; a sheet of the storyboard.",
    ),
]


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/pictures/{name}",
    "pictures_get",
    gives="image/jpeg",
    file=True,
    auth=Auth.OPTIONAL,
    refuses=(
        errors.VideoNotFound,
        errors.PictureNotFound,
        errors.StaleVersion,
        errors.RangeNotSatisfiable,
    ),
    rate=RouteClass.STREAM,
    headers={
        "ETag": "Changes with the picture.",
        "Cache-Control": "Whatever keeps it asks before each use.",
    },
)
async def get(house: House, caller: CurrentCaller, request: Request, videoId: UUID, name: Name) -> Response:
    """A picture of a video, 320, 640 or 1,280 pixels wide; never larger than its original, which is why small
    ones have fewer sizes. `thumbnailUrl` of the video tells the address of one, with a version.
    """
    file = await house.pictures.file(caller, VideoId(videoId), name)
    return await answered(request, file, file.content_type)
