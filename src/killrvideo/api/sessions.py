"""Signing in and out: for people by e-mail address and password, for programs by OAuth2 token requests."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from starlette.responses import Response

from killrvideo.api.accounts.bodies import PresentPassword, User, in_full
from killrvideo.api.answers import NEVER_KEPT, Answer, Body, Count, answer, nothing
from killrvideo.api.dependencies import CurrentCaller, House, client_address
from killrvideo.api.operations import Auth, operation
from killrvideo.api.text import Text
from killrvideo.application import Application
from killrvideo.domain import errors
from killrvideo.domain.access import Scope
from killrvideo.domain.errors import InvalidGrant
from killrvideo.domain.events import Origin
from killrvideo.service_interfaces.signing_in import SignedIn

router = APIRouter(tags=["sessions"])


class UserLoginRequest(Body):
    email: Annotated[Text, Field(examples=["ann@example.com"])]
    """Whatever its case."""
    password: PresentPassword
    """As it was chosen."""


class UserLoginResponse(Answer):
    token: str
    """What to send as `Authorization: Bearer`."""
    refreshToken: str
    """What to send to `users_token` for the next one."""
    expiresIn: Count
    """Seconds for which `token` is good."""
    user: User


class TokenRequest(BaseModel):
    """RFC 6749: section 4.3.2 with the grant type `password`, section 6 with `refresh_token`."""

    model_config = ConfigDict(json_schema_extra={"required": ["grant_type"]})

    grant_type: Annotated[
        Text | None,
        Field(description="Which of the two."),
        WithJsonSchema({"type": "string", "enum": ["password", "refresh_token"]}),
    ] = None
    username: Annotated[Text | None, Field(description="The e-mail address; for `password`.")] = None
    password: Annotated[PresentPassword | None, Field(description="For `password`.")] = None
    refresh_token: Annotated[Text | None, Field(description="For `refresh_token`.")] = None
    scope: Annotated[
        Text | None,
        Field(description="Permissions with blanks between, to get a token that gives only these."),
    ] = None


class TokenAnswer(Answer):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a kind of token
    expires_in: Count
    """Seconds for which `access_token` is good."""
    refresh_token: str
    """What to send for the next one."""
    scope: str
    """The permissions that the access token gives now, with blanks between."""


@operation(
    router,
    "POST",
    "/users/login",
    "users_login",
    answer=UserLoginResponse,
    refuses=(errors.WrongCredentials, errors.AccountSuspended),
    secret=True,
)
async def login(request: Request, house: House, caller: CurrentCaller, body: UserLoginRequest) -> Response:
    """Signs in. The same answer, after the same time, for a wrong password and an unknown address."""
    address = client_address(request)
    signed_in = await house.sessions.sign_in(body.email, body.password, address, caller.origin)
    spelled = UserLoginResponse(
        token=signed_in.access_token,
        refreshToken=signed_in.refresh_token,
        expiresIn=signed_in.expires_in,
        user=in_full(signed_in.account),
    )
    return answer(spelled, headers=NEVER_KEPT)


@operation(
    router,
    "POST",
    "/users/token",
    "users_token",
    answer=TokenAnswer,
    refuses=(InvalidGrant,),
    secret=True,
)
async def token(
    request: Request, house: House, caller: CurrentCaller, wanted: Annotated[TokenRequest, Form()]
) -> Response:
    """Answers an OAuth2 token request. A refusal carries `error` and `error_description` beside the rest."""
    form = await request.form()
    if len(form.multi_items()) > len(form):
        raise _invalid("No parameter of a token request may come twice.")
    signed_in = await _granted(house, wanted, client_address(request), caller.origin)
    spelled = TokenAnswer(
        access_token=signed_in.access_token,
        expires_in=signed_in.expires_in,
        refresh_token=signed_in.refresh_token,
        scope=" ".join(sorted(signed_in.scopes)),
    )
    return answer(spelled, headers=NEVER_KEPT)


@operation(router, "POST", "/users/logout", "users_logout", status=204, auth=Auth.USER)
async def logout(house: House, caller: CurrentCaller) -> Response:
    """Signs out: the access token and every refresh token of the session are worthless from now on."""
    await house.sessions.sign_out(caller)
    return nothing()


async def _granted(house: Application, wanted: TokenRequest, address: str, origin: Origin) -> SignedIn:
    """Raises InvalidGrant, since a token request knows no other refusal (RFC 6749, section 5.2)."""
    match wanted:
        case TokenRequest(grant_type="password", username=str(email), password=str(password)):
            try:
                return await house.sessions.sign_in(email, password, address, origin, _scopes(wanted.scope))
            except (errors.WrongCredentials, errors.AccountSuspended) as refusal:
                raise InvalidGrant(refusal.detail) from None
        case TokenRequest(grant_type="password"):
            raise _invalid("The grant type 'password' needs 'username' and 'password'.")
        case TokenRequest(grant_type="refresh_token", refresh_token=str(refresh_token)):
            return await house.sessions.refresh(refresh_token, origin, _scopes(wanted.scope))
        case TokenRequest(grant_type="refresh_token"):
            raise _invalid("The grant type 'refresh_token' needs 'refresh_token'.")
        case TokenRequest(grant_type=str()):
            understood = "The grant types 'password' and 'refresh_token' are understood here, no others."
            raise InvalidGrant(understood, error="unsupported_grant_type")
    raise _invalid("A token request is a form that says its 'grant_type'.")


def _invalid(detail: str) -> InvalidGrant:
    return InvalidGrant(detail, error="invalid_request")


def _scopes(words: str | None) -> frozenset[Scope] | None:
    if words is None or not words.split():
        return None
    try:
        return frozenset(map(Scope, words.split()))
    except ValueError:
        known = f"There is no such scope; there are: {', '.join(Scope)}."
        raise InvalidGrant(known, error="invalid_scope") from None
