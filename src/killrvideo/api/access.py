"""Who moderates and who is shut out, over HTTP: for those who may manage users."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StrictBool, TypeAdapter
from starlette.responses import Response

from killrvideo.api.accounts.bodies import User, as_read_by
from killrvideo.api.answers import Body, answer, answer_many
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.operations import Auth, operation
from killrvideo.api.text import NOT_BLANK, Text
from killrvideo.domain import errors
from killrvideo.domain.accounts import EMAIL_LONGEST
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import REASON_LONGEST

router = APIRouter(tags=["moderation"])

PEOPLE = TypeAdapter(list[User])


class SuspendRequest(Body):
    reason: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=REASON_LONGEST,
            description="Kept in the audit trail for good.",
            json_schema_extra=NOT_BLANK,
        ),
    ]
    hideContent: StrictBool = False
    """Also hides all videos and comments of the user until the end of the suspension."""


class ReinstateRequest(Body):
    reason: Annotated[Text, Field(max_length=REASON_LONGEST)] | None = None
    """Kept in the audit trail for good."""


@operation(router, "GET", "/moderation/users", "moderation_users", answer=list[User], auth=Auth.USER)
async def people(
    house: House,
    caller: CurrentCaller,
    q: Annotated[
        Text | None, Query(max_length=EMAIL_LONGEST, description="Part of a name or an e-mail address.")
    ] = None,
) -> Response:
    """Users whose name or address contains the text, newest first; 20 at most."""
    found = await house.access.people(caller, q)
    return answer_many(PEOPLE, [as_read_by(caller, account) for account in found])


@operation(
    router,
    "POST",
    "/moderation/users/{userId:uuid}/assign-moderator",
    "moderation_assign_moderator",
    answer=User,
    auth=Auth.USER,
    refuses=(errors.AccountNotFound,),
)
async def assign_moderator(house: House, caller: CurrentCaller, userId: UUID) -> Response:
    """Makes the user a moderator, from the next request on."""
    account = await house.access.assign_moderator(caller, AccountId(userId))
    return answer(as_read_by(caller, account))


@operation(
    router,
    "POST",
    "/moderation/users/{userId:uuid}/revoke-moderator",
    "moderation_revoke_moderator",
    answer=User,
    auth=Auth.USER,
    refuses=(errors.AccountNotFound, errors.AccountStateConflict, errors.LastModerator),
)
async def revoke_moderator(house: House, caller: CurrentCaller, userId: UUID) -> Response:
    """Takes the role back, from the next request on; only the operator's command line changes admins."""
    account = await house.access.revoke_moderator(caller, AccountId(userId))
    return answer(as_read_by(caller, account))


@operation(
    router,
    "POST",
    "/moderation/users/{userId:uuid}/suspend",
    "moderation_suspend",
    answer=User,
    auth=Auth.USER,
    refuses=(
        errors.NotAllowed,
        errors.AccountNotFound,
        errors.AccountStateConflict,
        errors.LastModerator,
        errors.InvalidText,
    ),
)
async def suspend(house: House, caller: CurrentCaller, userId: UUID, body: SuspendRequest) -> Response:
    """Ends the user's sessions at once, and lets nobody sign in until the user is reinstated."""
    account = await house.access.suspend(
        caller, AccountId(userId), body.reason, hide_content=body.hideContent
    )
    return answer(as_read_by(caller, account))


@operation(
    router,
    "POST",
    "/moderation/users/{userId:uuid}/reinstate",
    "moderation_reinstate",
    answer=User,
    auth=Auth.USER,
    refuses=(
        errors.NotAllowed,
        errors.AccountNotFound,
        errors.AccountStateConflict,
        errors.InvalidText,
    ),
)
async def reinstate(
    house: House, caller: CurrentCaller, userId: UUID, body: ReinstateRequest | None = None
) -> Response:
    """Ends a suspension; what it hid shows again, unless something else hides it."""
    account = await house.access.reinstate(caller, AccountId(userId), body.reason if body else None)
    return answer(as_read_by(caller, account))
