"""Streams of what was uploaded: playlists, segments, subtitles and pictures to look for a moment by.

Addresses of files have the run in them that made them, so what stands at one never changes; yet every answer
has to be asked for again before it is used, since the video may be gone.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from killrvideo.api.answers import Answer, Count, WebReference
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.files import answered, answered_text
from killrvideo.api.operations import Auth, operation
from killrvideo.api.text import Text
from killrvideo.domain import errors, storyboards, subtitles
from killrvideo.domain.captions import LANGUAGE_LONGEST
from killrvideo.domain.hls import master_playlist
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.media import Media
from killrvideo.domain.uploads import stream_address

PLAYLIST = "application/vnd.apple.mpegurl"
WEBVTT = "text/vtt"
PICTURES, SOUND, JPEG = "video/mp4", "audio/mp4", "image/jpeg"
TAGGED = {"ETag": "Names these bytes; send it as `If-None-Match` to ask whether they may still be used."}
PARTLY = TAGGED | {"Accept-Ranges": "`bytes`: parts can be asked for, one at a time."}

router = APIRouter(tags=["streams"])


class StreamLinks(Answer):
    """Where an uploaded video is watched."""

    hls: WebReference
    """Of the HLS multivariant playlist, relative to the server."""
    storyboard: WebReference | None
    """Of a WebVTT file that names small pictures of every moment; null where there are none."""
    width: Count
    """Pixels of the largest rendition; 0 where there is only sound."""
    height: Count


Language = Annotated[
    Text,
    Path(min_length=2, max_length=LANGUAGE_LONGEST, description="A language tag, as the playlist has it."),
]
Run = Annotated[Text, Path(max_length=64, description="Names the making of the files, as playlists have it.")]
Name = Annotated[Text, Path(max_length=100, description="Of the file, as playlists have it.")]


def links(media: Media) -> StreamLinks:
    largest = media.renditions[-1] if media.renditions else None
    board = f"{_folder(media)}/storyboard.vtt" if media.storyboard else None
    return StreamLinks(
        hls=stream_address(UploadId(media.video_id)),
        storyboard=board,
        width=largest.width if largest else 0,
        height=largest.height if largest else 0,
    )


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/stream.m3u8",
    "streams_master",
    gives=PLAYLIST,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.StreamNotFound, errors.StaleVersion),
    rate=RouteClass.STREAM,
    headers=TAGGED,
    file=True,
)
async def master(request: Request, house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """What a player opens: an HLS multivariant playlist of all qualities, the sound and the subtitles."""
    media, tracks = await house.streams.master(caller, VideoId(videoId))
    return answered_text(request, master_playlist(media, tracks), PLAYLIST)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/stream/captions/{language}.m3u8",
    "streams_subtitle_playlist",
    gives=PLAYLIST,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.StreamNotFound, errors.CaptionsNotFound, errors.StaleVersion),
    rate=RouteClass.STREAM,
    headers=TAGGED,
    file=True,
)
async def subtitle_playlist(
    request: Request, house: House, caller: CurrentCaller, videoId: UUID, language: Language
) -> Response:
    """The playlist of the subtitles in one language: a single segment, as long as the film."""
    media, captions = await house.streams.subtitles(caller, VideoId(videoId), language)
    seconds = media.source.seconds if media.source else media.segment_seconds
    text = subtitles.playlist(f"{captions.track.language}.vtt", seconds)
    return answered_text(request, text, PLAYLIST)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/stream/captions/{language}.vtt",
    "streams_subtitles",
    gives=WEBVTT,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.StreamNotFound, errors.CaptionsNotFound, errors.StaleVersion),
    rate=RouteClass.STREAM,
    headers=TAGGED,
    file=True,
)
async def subtitle_segment(
    request: Request, house: House, caller: CurrentCaller, videoId: UUID, language: Language
) -> Response:
    """The subtitles in one language as a segment of the stream."""
    _, captions = await house.streams.subtitles(caller, VideoId(videoId), language)
    return answered_text(request, subtitles.segment(captions.text), WEBVTT)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/stream/{run}/storyboard.vtt",
    "streams_storyboard",
    gives=WEBVTT,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.StreamNotFound, errors.StaleVersion),
    rate=RouteClass.STREAM,
    headers=TAGGED,
    file=True,
)
async def storyboard(
    request: Request, house: House, caller: CurrentCaller, videoId: UUID, run: Run
) -> Response:
    """Small pictures of every moment: a WebVTT file whose cues name parts of sheets (`#xywh=`)."""
    board = await house.streams.storyboard(caller, VideoId(videoId), run)
    return answered_text(request, storyboards.webvtt(board), WEBVTT)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/stream/{run}/{name}",
    "streams_file",
    gives=(PICTURES, SOUND, PLAYLIST, JPEG),
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.StreamNotFound, errors.StaleVersion, errors.RangeNotSatisfiable),
    rate=RouteClass.STREAM,
    headers=PARTLY,
    file=True,
)
async def file(
    request: Request, house: House, caller: CurrentCaller, videoId: UUID, run: Run, name: Name
) -> Response:
    """A playlist of one quality or of the sound, a segment of it, or a sheet of the storyboard."""
    found = await house.streams.file(caller, VideoId(videoId), run, name)
    return await answered(request, found, _media_type(name))


def _folder(media: Media) -> str:
    return f"/api/v1/videos/{media.video_id}/stream/{media.run}"


def _media_type(name: str) -> str:
    match name.rpartition(".")[2]:
        case "m3u8":
            return PLAYLIST
        case "jpg":
            return JPEG
    return SOUND if name.startswith("sound") else PICTURES
