"""Titles and descriptions in other languages over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from killrvideo.api.answers import Answer, answer
from killrvideo.api.captions import Language
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.operations import Auth, operation
from killrvideo.domain import errors
from killrvideo.domain.ids import VideoId
from killrvideo.domain.limits import RouteClass

router = APIRouter(tags=["videos"])


class TranslatedVideo(Answer):
    videoId: UUID
    language: str
    """That of the texts."""
    title: Annotated[str, Field(min_length=1)]
    description: str | None
    """Null where the video has none."""
    madeBy: str | None
    """Who translated them; null where the video is in this language anyway."""


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/translations/{language}",
    "translations_get",
    answer=TranslatedVideo,
    auth=Auth.OPTIONAL,
    rate=RouteClass.TRANSLATE,
    refuses=(errors.VideoNotFound, errors.TranslationUnavailable),
)
async def get(house: House, caller: CurrentCaller, videoId: UUID, language: Language) -> Response:
    """The title and the description of a video in another language, translated when first asked for.

    By default nothing here translates, and every language but the video's own is refused.
    """
    found = await house.translations.get(caller, VideoId(videoId), language)
    return answer(
        TranslatedVideo(
            videoId=found.video_id,
            language=found.language,
            title=found.title,
            description=found.description,
            madeBy=found.made_by,
        )
    )
