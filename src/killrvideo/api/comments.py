"""Comments: what is sent and read of them, and the operations on them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from killrvideo.api.answers import Answer, Body, answer, etag, nothing
from killrvideo.api.dependencies import CurrentCaller, ExpectedVersion, House
from killrvideo.api.idempotency import once
from killrvideo.api.operations import VERSIONED, Auth, Shared, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.text import NOT_BLANK, Text
from killrvideo.domain import errors
from killrvideo.domain.comments import TEXT_LONGEST, Comment, Mood
from killrvideo.domain.ids import AccountId, CommentId, VideoId

router = APIRouter(tags=["comments"])


class CommentCreateRequest(Body):
    text: Annotated[Text, Field(min_length=1, max_length=TEXT_LONGEST, json_schema_extra=NOT_BLANK)]
    """Not only blanks."""


class CommentResponse(Answer):
    commentid: UUID
    videoid: UUID
    userid: UUID
    comment: str
    sentiment_score: Annotated[float, Field(ge=-1, le=1)] | None
    """How it sounds, from -1 (bad) to 1 (good); null when that was not judged."""
    sentiment: Mood | None
    """The same in a word; null when that was not judged."""
    firstName: str | None
    """The author's; null when the account was erased."""
    lastName: str | None
    """The author's; null when the account was erased."""
    createdAt: datetime
    editedAt: datetime | None
    """Null while it is as it was posted."""


def spelled(comment: Comment) -> CommentResponse:
    name = comment.author_name
    return CommentResponse(
        commentid=comment.id,
        videoid=comment.video_id,
        userid=comment.author_id,
        comment=comment.text,
        sentiment_score=comment.sentiment,
        sentiment=comment.mood,
        firstName=name.first if name else None,
        lastName=name.last if name else None,
        createdAt=comment.created_at,
        editedAt=comment.edited_at,
    )


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/comments",
    "comments_list",
    answer=PageOf[CommentResponse],
    auth=Auth.OPTIONAL,
    refuses=(errors.VideoNotFound, errors.VideoNotReady),
    shared=Shared.EVERYBODY,
)
async def on_video(house: House, caller: CurrentCaller, pages: Pages, videoId: UUID) -> Response:
    """A video's comments, newest first."""
    page = await house.comments.on_video(caller, VideoId(videoId), pages.wanted)
    return answer(pages.spell(page, spelled))


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/comments",
    "comments_create",
    answer=CommentResponse,
    status=201,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.VideoNotReady, errors.InvalidText),
    headers=VERSIONED,
    creates=True,
)
async def create(house: House, caller: CurrentCaller, videoId: UUID, body: CommentCreateRequest) -> Response:
    """Posts a comment; the answer says how it sounds."""
    comment = await once(
        house,
        caller,
        lambda: house.comments.post(caller, VideoId(videoId), body.text),
        lambda made: house.comments.get(CommentId(made)),
    )
    return answer(spelled(comment), status=201, headers=etag(comment.version))


@operation(
    router,
    "PUT",
    "/videos/{videoId:uuid}/comments/{commentId:uuid}",
    "comments_update",
    answer=CommentResponse,
    auth=Auth.USER,
    refuses=(errors.CommentNotFound, errors.StaleVersion, errors.InvalidText),
    headers=VERSIONED,
)
async def update(
    house: House,
    caller: CurrentCaller,
    version: ExpectedVersion,
    videoId: UUID,
    commentId: UUID,
    body: CommentCreateRequest,
) -> Response:
    """Changes a comment's text; how it sounds is judged anew."""
    comment = await house.comments.edit(
        caller, VideoId(videoId), CommentId(commentId), body.text, expected_version=version
    )
    return answer(spelled(comment), headers=etag(comment.version))


@operation(
    router,
    "DELETE",
    "/videos/{videoId:uuid}/comments/{commentId:uuid}",
    "comments_delete",
    status=204,
    auth=Auth.USER,
    refuses=(errors.CommentNotFound,),
)
async def delete(house: House, caller: CurrentCaller, videoId: UUID, commentId: UUID) -> Response:
    """Takes a comment out of sight."""
    await house.comments.delete(caller, VideoId(videoId), CommentId(commentId))
    return nothing()


@operation(
    router,
    "GET",
    "/users/{userId:uuid}/comments",
    "users_comments",
    answer=PageOf[CommentResponse],
    refuses=(errors.AccountNotFound,),
)
async def by_author(house: House, pages: Pages, userId: UUID) -> Response:
    """A user's comments on public videos, newest first."""
    page = await house.comments.by_author(AccountId(userId), pages.wanted)
    return answer(pages.spell(page, spelled))
