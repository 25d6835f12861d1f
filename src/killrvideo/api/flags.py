"""Flags: what is sent and read of them, and the operations on them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from killrvideo.api.answers import Answer, Body, answer
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.idempotency import once
from killrvideo.api.operations import Auth, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.text import Text
from killrvideo.application import Application
from killrvideo.domain import errors, moderation
from killrvideo.domain.access import Caller
from killrvideo.domain.ids import FlagId, VideoId
from killrvideo.domain.moderation import MASK, NOTES_LONGEST, REASON_LONGEST, FlagReason, FlagStatus
from killrvideo.domain.removals import ContentType
from killrvideo.features.flags import Report, Verdict

router = APIRouter(tags=["flags"])


class VideoFlagRequest(Body):
    """What is wrong with the video that the path names."""

    reasonCode: FlagReason
    """What kind of wrong; moderators sort by it."""
    reasonText: Annotated[Text, Field(max_length=REASON_LONGEST)] | None = None
    """In one's own words; moderators read it masked until one asks for it."""


class FlagCreateRequest(VideoFlagRequest):
    """What is wrong with which video or comment."""

    contentType: ContentType
    """What `contentId` names."""
    contentId: UUID
    """The id of the video or of the comment."""


class FlagUpdateRequest(Body):
    """An open flag goes under review or straight to the end; what is approved or rejected is final."""

    status: FlagStatus
    """Where the flag goes."""
    moderatorNotes: Annotated[Text, Field(max_length=NOTES_LONGEST)] | None = None
    """For other moderators."""


class Flag(Answer):
    flagId: UUID
    userId: UUID
    """Who raised it."""
    contentType: ContentType
    contentId: UUID
    reasonCode: FlagReason
    reasonText: str | None
    """Null when none was given."""
    reasonMasked: bool
    """True when `reasonText` is there and hidden."""
    status: FlagStatus
    createdAt: datetime
    updatedAt: datetime
    moderatorId: UUID | None
    """Who moved it last; null while it is open."""
    moderatorNotes: str | None
    """Null when there are none."""
    resolvedAt: datetime | None
    """Null until it is approved or rejected."""


def in_clear(flag: moderation.Flag) -> Flag:
    return _spelled(flag, flag.reason_text, masked=False)


def as_reported(flag: moderation.Flag) -> Flag:
    """As the one who raised it reads it: what moderators told each other stays with them."""
    return in_clear(replace(flag, moderator_id=None, moderator_notes=None))


def masked(flag: moderation.Flag) -> Flag:
    """As moderators read it, until one asks for the reason."""
    there = flag.reason_text is not None
    return _spelled(flag, MASK if there else None, masked=there)


def _spelled(flag: moderation.Flag, reason_text: str | None, *, masked: bool) -> Flag:
    return Flag(
        flagId=flag.id,
        userId=flag.reporter_id,
        contentType=flag.content_type,
        contentId=flag.content_id,
        reasonCode=flag.reason,
        reasonText=reason_text,
        reasonMasked=masked,
        status=flag.status,
        createdAt=flag.created_at,
        updatedAt=flag.updated_at,
        moderatorId=flag.moderator_id,
        moderatorNotes=flag.moderator_notes,
        resolvedAt=flag.resolved_at,
    )


@operation(
    router,
    "POST",
    "/flags",
    "flags_create",
    answer=Flag,
    status=201,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.CommentNotFound, errors.AlreadyFlagged, errors.InvalidText),
    headers={"Location": "Where moderators find the flag."},
    creates=True,
)
async def create(house: House, caller: CurrentCaller, body: FlagCreateRequest) -> Response:
    """Tells the moderators what is wrong with a video or a comment."""
    report = Report(
        content_type=body.contentType,
        content_id=body.contentId,
        reason=body.reasonCode,
        reason_text=body.reasonText,
    )
    return await _raised(house, caller, report)


@operation(
    router,
    "POST",
    "/videos/{videoId:uuid}/flags",
    "flags_create_on_video",
    answer=Flag,
    status=201,
    auth=Auth.USER,
    refuses=(errors.VideoNotFound, errors.AlreadyFlagged, errors.InvalidText),
    headers={"Location": "Where moderators find the flag."},
    creates=True,
)
async def create_on_video(
    house: House, caller: CurrentCaller, videoId: UUID, body: VideoFlagRequest
) -> Response:
    """Tells the moderators what is wrong with this video."""
    report = Report(
        content_type=ContentType.VIDEO,
        content_id=videoId,
        reason=body.reasonCode,
        reason_text=body.reasonText,
    )
    return await _raised(house, caller, report)


async def _raised(house: Application, caller: Caller, report: Report) -> Response:
    flag = await once(
        house,
        caller,
        lambda: house.flags.report(caller, report),
        lambda made: house.flags.own(caller, FlagId(made)),
    )
    return answer(as_reported(flag), status=201, headers={"Location": f"/api/v1/moderation/flags/{flag.id}"})


@operation(
    router,
    "GET",
    "/videos/{videoId:uuid}/flags",
    "flags_on_video",
    answer=PageOf[Flag],
    auth=Auth.USER,
    refuses=(errors.VideoNotFound,),
)
async def on_video(house: House, caller: CurrentCaller, pages: Pages, videoId: UUID) -> Response:
    """Flags on this video itself, for moderators, newest first."""
    page = await house.flags.on_video(caller, VideoId(videoId), pages.wanted)
    return answer(pages.spell(page, masked))


@operation(router, "GET", "/moderation/flags", "flags_list", answer=PageOf[Flag], auth=Auth.USER)
async def inbox(
    house: House,
    caller: CurrentCaller,
    pages: Pages,
    status: Annotated[
        FlagStatus | None, Query(description="Only flags in this state; all flags without it.")
    ] = None,
) -> Response:
    """The moderators' inbox, newest first; reasons are masked."""
    return answer(pages.spell(await house.flags.page(caller, status, pages.wanted), masked))


@operation(
    router,
    "GET",
    "/moderation/flags/{flagId:uuid}",
    "flags_get",
    answer=Flag,
    auth=Auth.USER,
    refuses=(errors.FlagNotFound,),
)
async def get(house: House, caller: CurrentCaller, flagId: UUID) -> Response:
    """One flag, for moderators; its reason is masked."""
    return answer(masked(await house.flags.get(caller, FlagId(flagId))))


@operation(
    router,
    "POST",
    "/moderation/flags/{flagId:uuid}/reason",
    "flags_read_reason",
    answer=Flag,
    auth=Auth.USER,
    refuses=(errors.FlagNotFound,),
)
async def read_reason(house: House, caller: CurrentCaller, flagId: UUID) -> Response:
    """The flag with its reason in clear. Needs `moderation:unmask`; that it was read is audited."""
    return answer(in_clear(await house.flags.read_reason(caller, FlagId(flagId))))


@operation(
    router,
    "POST",
    "/moderation/flags/{flagId:uuid}/action",
    "flags_act",
    answer=Flag,
    auth=Auth.USER,
    refuses=(errors.FlagNotFound, errors.FlagResolved, errors.FlagTransition, errors.InvalidText),
)
async def act(house: House, caller: CurrentCaller, flagId: UUID, body: FlagUpdateRequest) -> Response:
    """Moves a flag on; approving it takes the content down, rejecting it leaves the content."""
    verdict = Verdict(status=body.status, notes=body.moderatorNotes)
    return answer(masked(await house.flags.move(caller, FlagId(flagId), verdict)))


@operation(
    router,
    "PATCH",
    "/videos/{videoId:uuid}/flags/{flagId:uuid}",
    "flags_update",
    answer=Flag,
    auth=Auth.USER,
    refuses=(errors.FlagNotFound, errors.FlagResolved, errors.FlagTransition, errors.InvalidText),
)
async def update(
    house: House, caller: CurrentCaller, videoId: UUID, flagId: UUID, body: FlagUpdateRequest
) -> Response:
    """The same for a flag on this video or on a comment of it."""
    verdict = Verdict(status=body.status, notes=body.moderatorNotes)
    flag = await house.flags.move(caller, FlagId(flagId), verdict, on_video=VideoId(videoId))
    return answer(masked(flag))
