"""The operations on videos."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from killrvideo.api.answers import answer, etag, nothing
from killrvideo.api.dependencies import CurrentCaller, ExpectedVersion, House
from killrvideo.api.idempotency import once
from killrvideo.api.operations import VERSIONED, Auth, Shared, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.text import Text
from killrvideo.api.videos.bodies import (
    VideoDetail,
    VideoPreview,
    VideoPreviewRequest,
    VideoStatusAnswer,
    VideoSubmitRequest,
    VideoSummary,
    VideoUpdateRequest,
    detail,
    preview_of,
    progress_of,
    summary,
)
from killrvideo.application import Application
from killrvideo.domain import errors
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.videos import TAG_LONGEST, Video
from killrvideo.features.videos import Edit, Submission

router = APIRouter(tags=["videos"])


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}",
    "videos_get",
    answer=VideoDetail,
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}",
    shared=Shared.EVERYBODY,
    headers=VERSIONED,
)
async def get(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """One video. Owners also read what is not READY yet, moderators also what was removed."""
    video = await house.videos.get(caller, VideoId(videoId))
    return await _told(house, video)


@operation(
    router, "GET", "/videos/latest", "videos_latest", answer=PageOf[VideoSummary], shared=Shared.EVERYBODY
)
async def latest(house: House, pages: Pages) -> Response:
    """The newest public videos first."""
    return answer(pages.spell(await house.videos.latest(pages.wanted), summary))


@operation(
    router,
    "GET",
    "/videos/by-tag/{tag:path}",
    "videos_by_tag",
    answer=PageOf[VideoSummary],
    shared=Shared.EVERYBODY,
)
async def by_tag(
    house: House,
    pages: Pages,
    tag: Annotated[Text, Path(min_length=1, max_length=TAG_LONGEST, description="Whatever its case.")],
) -> Response:
    """Public videos with this tag, whatever its case, newest first."""
    return answer(pages.spell(await house.videos.by_tag(tag, pages.wanted), summary))


@operation(
    router,
    "GET",
    "/users/{userId:uuid}/videos",
    "users_videos",
    answer=PageOf[VideoSummary],
    auth=Auth.OPTIONAL,
    refuses=(errors.AccountNotFound,),
    alias="/videos/by-uploader/{userId:uuid}",
)
async def by_uploader(house: House, caller: CurrentCaller, pages: Pages, userId: UUID) -> Response:
    """A user's videos, newest first: in every state for the owner and moderators, READY ones for others."""
    page = await house.videos.by_uploader(caller, AccountId(userId), pages.wanted)
    return answer(pages.spell(page, summary))


@operation(
    router,
    "POST",
    "/videos",
    "videos_submit",
    answer=VideoDetail,
    status=202,
    auth=Auth.USER,
    refuses=(errors.NotAYouTubeAddress, errors.AlreadySubmitted),
    rate=RouteClass.SUBMIT,
    headers=VERSIONED | {"Location": "Where the video is read."},
    creates=True,
)
async def submit(house: House, caller: CurrentCaller, body: VideoSubmitRequest) -> Response:
    """Hands a YouTube video over. It is PENDING at once; its metadata are fetched in the background."""
    submission = Submission(
        address=body.youtubeUrl, title=body.title, description=body.description, tags=body.tags or ()
    )
    video = await once(
        house,
        caller,
        lambda: house.videos.submit(caller, submission),
        lambda made: house.videos.get(caller, VideoId(made)),
    )
    location = {"Location": f"/api/v1/videos/{video.id}"}
    return answer(detail(video), status=202, headers=etag(video.version) | location)


@operation(
    router,
    "POST",
    "/videos/preview",
    "videos_preview",
    answer=VideoPreview,
    auth=Auth.OPTIONAL,
    refuses=(errors.NotAYouTubeAddress, errors.SourceNotFound, errors.SourceFailed),
    rate=RouteClass.SUBMIT,
)
async def preview(house: House, body: VideoPreviewRequest) -> Response:
    """What YouTube says of a video, before it is submitted."""
    found = await house.videos.preview(body.youtubeUrl)
    return answer(preview_of(found))


@operation(
    router,
    "PUT",
    "/videos/{videoId:uuid}",
    "videos_update",
    answer=VideoDetail,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.StaleVersion, errors.InvalidText),
    alias="/videos/id/{videoId:uuid}",
    headers=VERSIONED,
)
async def update(
    house: House, caller: CurrentCaller, version: ExpectedVersion, videoId: UUID, body: VideoUpdateRequest
) -> Response:
    """Changes title, description or tags; search and lists show it at once."""
    edit = Edit(title=body.title, description=body.description, tags=body.tags)
    video = await house.videos.edit(caller, VideoId(videoId), edit, expected_version=version)
    return await _told(house, video)


@operation(
    router,
    "DELETE",
    "/videos/{videoId:uuid}",
    "videos_delete",
    status=204,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}",
)
async def delete(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Takes the video out of sight; it can be restored until the retention time is over."""
    await house.videos.delete(caller, VideoId(videoId))
    return nothing()


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/restore",
    "videos_restore",
    answer=VideoDetail,
    auth=Auth.USER,
    refuses=(
        errors.NotAllowed,
        errors.VideoNotFound,
        errors.RemovedByModeration,
        errors.NotDeleted,
        errors.AlreadySubmitted,
    ),
    headers=VERSIONED,
)
async def restore(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Takes one's own deletion back: the video, its comments and its counts are as they were."""
    video = await house.videos.restore(caller, VideoId(videoId))
    return await _told(house, video)


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/status",
    "videos_status",
    answer=VideoStatusAnswer,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound,),
    alias="/videos/id/{videoId:uuid}/status",
)
async def status(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """How far the processing of a submitted video is."""
    return answer(progress_of(await house.processing.progress(caller, VideoId(videoId))))


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/retry",
    "videos_retry",
    answer=VideoStatusAnswer,
    status=202,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.NothingToRetry),
    rate=RouteClass.SUBMIT,
)
async def retry(house: House, caller: CurrentCaller, videoId: UUID) -> Response:
    """Runs the failed step of a video in ERROR again."""
    video = await house.processing.retry(caller, VideoId(videoId))
    return answer(progress_of(await house.processing.progress(caller, video.id)), status=202)


async def _told(house: Application, video: Video) -> Response:
    """All of a video that the caller may see."""
    tracks, media = await house.captions.of(video), await house.streams.of(video)
    return answer(detail(video, tracks, media), headers=etag(video.version))
