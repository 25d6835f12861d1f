"""The operations on accounts."""

from asyncio import to_thread
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from killrvideo.api.accounts.archive import UserArchive, spelled
from killrvideo.api.accounts.bodies import (
    ErasureAccepted,
    PasswordChangeRequest,
    User,
    UserCreateRequest,
    UserCreateResponse,
    UserProfileUpdateRequest,
    as_read_by,
    created,
    in_full,
)
from killrvideo.api.answers import NEVER_KEPT, answer, etag, nothing
from killrvideo.api.dependencies import CurrentCaller, ExpectedVersion, House, client_address
from killrvideo.api.idempotency import once
from killrvideo.api.operations import VERSIONED, Auth, Shared, operation
from killrvideo.domain import errors
from killrvideo.domain.ids import AccountId
from killrvideo.domain.limits import RouteClass
from killrvideo.features.accounts import ProfileEdit, Registration
from killrvideo.service_interfaces.signing_in import SignedIn

router = APIRouter(tags=["accounts"])


@operation(
    router,
    "POST",
    "/users/register",
    "users_register",
    answer=UserCreateResponse,
    status=201,
    refuses=(errors.EmailTaken, errors.InvalidText),
    rate=RouteClass.REGISTER,
    headers={"Location": "Where the account is read."},
    secret=True,
    creates=True,
)
async def register(
    request: Request, house: House, caller: CurrentCaller, body: UserCreateRequest
) -> Response:
    """Opens an account and signs it in."""
    registration = Registration(
        first_name=body.firstName, last_name=body.lastName, email=body.email, password=body.password
    )

    async def again(account_id: UUID) -> SignedIn:
        """A repeat with the same Idempotency-Key signs in anew, since neither body nor tokens are kept."""
        address = client_address(request)
        with suppress(errors.WrongCredentials, errors.AccountSuspended):
            signed_in = await house.sessions.sign_in(body.email, body.password, address, caller.origin)
            if signed_in.account.id == account_id:
                return signed_in
        raise errors.RequestKeyReused

    signed_in = await once(house, caller, lambda: house.accounts.register(caller, registration), again)
    location = {"Location": f"/api/v1/users/{signed_in.account.id}"}
    return answer(created(signed_in), status=201, headers=NEVER_KEPT | location)


@operation(
    router,
    "GET",
    "/users/me",
    "users_me",
    answer=User,
    auth=Auth.USER,
    headers=VERSIONED,
)
async def me(house: House, caller: CurrentCaller) -> Response:
    """One's own account. Its roles are those of this moment, whatever the token was issued for."""
    account = await house.accounts.me(caller)
    return answer(in_full(account), headers=etag(account.version))


@operation(
    router,
    "PUT",
    "/users/me",
    "users_update_me",
    answer=User,
    auth=Auth.USER,
    refuses=(errors.StaleVersion, errors.InvalidText),
    headers=VERSIONED,
)
async def update_me(
    house: House, caller: CurrentCaller, version: ExpectedVersion, body: UserProfileUpdateRequest
) -> Response:
    """Changes one's own names."""
    edit = ProfileEdit(first_name=body.firstName, last_name=body.lastName)
    account = await house.accounts.edit(caller, edit, expected_version=version)
    return answer(in_full(account), headers=etag(account.version))


@operation(
    router,
    "PUT",
    "/users/me/password",
    "users_change_password",
    status=204,
    auth=Auth.USER,
    refuses=(errors.WrongPassword, errors.InvalidText),
)
async def change_password(house: House, caller: CurrentCaller, body: PasswordChangeRequest) -> Response:
    """Changes one's own password. Every other session ends."""
    await house.accounts.change_password(caller, body.currentPassword, body.newPassword)
    return nothing()


@operation(
    router,
    "DELETE",
    "/users/me",
    "users_erase_me",
    answer=ErasureAccepted,
    status=202,
    auth=Auth.USER,
)
async def erase_me(house: House, caller: CurrentCaller) -> Response:
    """Erases one's own account, at once and for good."""
    await house.accounts.erase(caller)
    return answer(ErasureAccepted(userId=caller.signed_in()), status=202)


@operation(
    router,
    "GET",
    "/users/me/export",
    "users_export_me",
    answer=UserArchive,
    auth=Auth.USER,
)
async def export_me(house: House, caller: CurrentCaller) -> Response:
    """Everything that is kept of one's account and what one did, in one document."""
    archive = await house.accounts.archive(caller)
    attachment = {"Content-Disposition": 'attachment; filename="killrvideo-archive.json"'}
    # In another thread, since years of somebody's views would keep everybody else waiting.
    return await to_thread(lambda: answer(spelled(archive), headers=NEVER_KEPT | attachment))


@operation(
    router,
    "GET",
    "/users/{userId:uuid}",
    "users_get",
    answer=User,
    auth=Auth.OPTIONAL,
    refuses=(errors.AccountNotFound,),
    shared=Shared.SIGNED_OUT,
    headers=VERSIONED,
)
async def get(house: House, caller: CurrentCaller, userId: UUID) -> Response:
    """Anybody's account; only the user and moderators read its address and last sign-in."""
    account = await house.accounts.get(AccountId(userId))
    return answer(as_read_by(caller, account), headers=etag(account.version))
