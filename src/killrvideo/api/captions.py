"""Captions: what is sent and read of them, and the operations on them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from killrvideo.api.answers import Answer, answer, answer_many, etag, nothing
from killrvideo.api.dependencies import CurrentCaller, ExpectedVersion, House
from killrvideo.api.operations import VERSIONED, Auth, Shared, operation
from killrvideo.api.text import Text
from killrvideo.domain import errors
from killrvideo.domain.captions import LABEL_LONGEST, LANGUAGE_LONGEST, CaptionTrack
from killrvideo.domain.ids import VideoId

WEBVTT = "text/vtt"
PREFIX = "/api/v1"

router = APIRouter(tags=["captions"])


class CaptionLink(Answer):
    """Where the captions of one language are read."""

    language: str
    """A language tag (RFC 5646), such as `en` or `pt-BR`."""
    label: str
    """What a menu shows."""
    url: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    """Of the WebVTT file, relative to the server."""
    automatic: bool
    """Whether a model heard or translated them; false once a person has put them."""


class CaptionTrackAnswer(CaptionLink):
    createdAt: datetime
    updatedAt: datetime | None
    """Null while they are as they were first put."""


TRACKS = TypeAdapter(list[CaptionTrackAnswer])

Language = Annotated[
    Text,
    Path(min_length=2, max_length=LANGUAGE_LONGEST, description="A language tag (RFC 5646), such as `en`."),
]
Label = Annotated[
    Text | None,
    Query(
        max_length=LABEL_LONGEST, description="What a menu shows; the language's tag where it is left out."
    ),
]
File = Annotated[
    bytes,
    Body(
        media_type=WEBVTT,
        description="WebVTT or SubRip in UTF-8, at most 512 KiB with 20,000 cues; the captions of a video "
        "have 2 MiB together at most.",
    ),
]


def link(track: CaptionTrack) -> CaptionLink:
    return CaptionLink(language=track.language, label=track.label, url=_url(track), automatic=track.automatic)


def spelled(track: CaptionTrack) -> CaptionTrackAnswer:
    return CaptionTrackAnswer(
        language=track.language,
        label=track.label,
        url=_url(track),
        automatic=track.automatic,
        createdAt=track.created_at,
        updatedAt=track.updated_at,
    )


def _url(track: CaptionTrack) -> str:
    return f"{PREFIX}/videos/{track.video_id}/captions/{track.language}"


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/captions",
    "captions_list",
    answer=list[CaptionTrackAnswer],
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound,),
    shared=Shared.EVERYBODY,
)
async def tracks(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """The languages in which a video has captions."""
    found = await house.captions.tracks(caller, VideoId(videoId))
    return answer_many(TRACKS, [spelled(track) for track in found])


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/captions/{language}",
    "captions_get",
    gives=WEBVTT,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.CaptionsNotFound),
    headers=VERSIONED,
    shared=Shared.EVERYBODY,
)
async def get(house: House, caller: CurrentCaller, videoId: UUID, language: Language) -> Response:
    """The captions of one language as a WebVTT file: times and plain text, without settings and styles."""
    captions = await house.captions.get(caller, VideoId(videoId), language)
    return Response(captions.text, media_type=WEBVTT, headers=etag(captions.track.version))


@operation(
    router,
    "PUT",
    "/videos/{videoId:uuid}/captions/{language}",
    "captions_put",
    answer=CaptionTrackAnswer,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.StaleVersion, errors.InvalidCaptions),
    headers=VERSIONED,
)
async def put(
    house: House,
    caller: CurrentCaller,
    version: ExpectedVersion,
    videoId: UUID,
    language: Language,
    body: File,
    label: Label = None,
) -> Response:
    """Adds the captions of a language, or replaces them. What they say is found and quoted at once."""
    track = await house.captions.put(
        caller, VideoId(videoId), language, body, label=label, expected_version=version
    )
    return answer(spelled(track), headers=etag(track.version))


@operation(
    router,
    "DELETE",
    "/videos/{videoId:uuid}/captions/{language}",
    "captions_delete",
    status=204,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.CaptionsNotFound, errors.StaleVersion),
)
async def delete(
    house: House, caller: CurrentCaller, version: ExpectedVersion, videoId: UUID, language: Language
) -> Response:
    """Takes the captions of a language away, for good."""
    await house.captions.remove(caller, VideoId(videoId), language, expected_version=version)
    return nothing()
