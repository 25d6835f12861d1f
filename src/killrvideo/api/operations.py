"""How an operation is declared: its path, its alias, who may call it, and every refusal it can answer.

One declaration feeds routing and the OpenAPI file, so that the two cannot disagree.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from killrvideo.api.dependencies import current_caller
from killrvideo.api.paging import PARAMETERS, PageOf
from killrvideo.api.problems import declared
from killrvideo.domain import errors
from killrvideo.domain.limits import RouteClass

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])


class Auth(StrEnum):
    NONE = "none"
    """The answer is the same for everybody."""
    OPTIONAL = "optional"
    """A signed-in caller may read more."""
    USER = "user"
    """Nobody else than a signed-in caller."""


class Shared(StrEnum):
    """Whom an answer can serve besides the one who asked, until the store changes.

    Only for operations whose answer depends on the store alone: not on time, address or chance.
    """

    SIGNED_OUT = "signed out"
    """Everybody who is not signed in is answered the same."""
    EVERYBODY = "everybody"
    """What somebody who is not signed in is told, everybody is told."""


SECURITY: dict[Auth, list[dict[str, list[str]]]] = {
    Auth.NONE: [],
    Auth.OPTIONAL: [{}, {"bearer": []}],
    Auth.USER: [{"bearer": []}],
}
SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token that `users_register`, `users_login` and `users_token` answer.",
    }
}
Parameter = dict[str, Any]
"""As OpenAPI describes it."""
TEXT = {"type": "string"}
VERSIONED = {"ETag": "The version that was read; send it as `If-Match` with a change of it."}
REQUEST_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Any text of the client's own. However often one request is sent with one key, it creates one thing, "
        "and is answered with that."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]*$"},
}

ALWAYS = (errors.InvalidInput, errors.TooManyRequests, errors.Unavailable)
FOR_USERS = (errors.NotSignedIn, errors.MissingScope)
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def operation(  # noqa: PLR0913 - a declaration, read by name
    router: APIRouter,
    method: str,
    path: str,
    name: str,
    *,
    answer: Any = None,
    status: int = 200,
    auth: Auth = Auth.NONE,
    refuses: tuple[type[errors.Refusal], ...] = (),
    alias: str | None = None,
    rate: RouteClass | None = None,
    headers: Mapping[str, str] | None = None,
    shared: Shared | None = None,
    secret: bool = False,
    takes: str | None = None,
    asks: tuple[Parameter, ...] = (),
    creates: bool = False,
    gives: str | tuple[str, ...] = (),
    file: bool = False,
) -> Callable[[Handler], Handler]:
    """Declares the decorated handler at ``path``, and as deprecated at ``alias``.

    ``name`` is the operation id, short and stable, since the method names of generated clients come from it.
    ``headers`` tells of those that the answer carries, each with what it says.
    ``shared`` says whom else an answer can serve.
    ``secret`` says that the body holds a password or a token, of which not even a digest may be kept.
    ``takes`` is the media type of a body that is a file, which is never read as a whole.
    ``asks`` are headers that the handler reads by itself, as the API's description spells them.
    ``gives`` is the media type of an answer that is no JSON, or those that it may have.
    ``file`` says that it is answered by `files.answered`: HEAD asks for it too, and conditions are heeded.
    ``creates`` says that a repeat with the same Idempotency-Key creates nothing more.
    """
    parameters = [*_parameters(answer, creates=creates), *asks]
    by_hand = {"security": SECURITY[auth], "parameters": parameters, **_body(takes, method)}
    reasons = tuple(_reasons(path, auth, refuses, creates=creates))
    responses = declared(reasons, with_body=method in WITH_BODY)
    if headers:
        told = {header: {"description": says, "schema": TEXT} for header, says in headers.items()}
        responses[status] = {"headers": told}
    if gives:
        kinds = (gives,) if isinstance(gives, str) else gives
        responses.setdefault(status, {})["content"] = {kind: {"schema": _bytes_as(kind)} for kind in kinds}
    if file:
        responses |= _of_a_file(responses[status], in_part=errors.RangeNotSatisfiable in refuses)

    def declare(handler: Handler) -> Handler:
        handler.__dict__["shared"] = shared
        handler.__dict__["same_for_all"] = shared is Shared.EVERYBODY and auth is Auth.NONE
        handler.__dict__["secret"] = secret
        handler.__dict__["takes_file"] = takes is not None
        handler.__dict__["for_users"] = auth is Auth.USER
        handler.__dict__["rate_class"] = rate or (RouteClass.READ if method == "GET" else RouteClass.WRITE)
        for spelling, suffix in ((path, ""), (alias, "_alias")):
            if spelling is not None:
                router.add_api_route(
                    spelling,
                    handler,
                    methods=[method],
                    name=name + suffix,
                    operation_id=name + suffix,
                    summary=_first_sentence(handler.__doc__ or name),
                    response_model=answer,
                    status_code=status,
                    response_description=HTTPStatus(status).phrase,
                    response_class=Response if answer is None else JSONResponse,
                    responses=responses,
                    deprecated=True if suffix else None,
                    openapi_extra=by_hand,
                    dependencies=[Depends(current_caller)],
                )
        if file:
            router.add_api_route(
                path,
                handler,
                methods=["HEAD"],
                include_in_schema=False,
                response_class=Response,
                dependencies=[Depends(current_caller)],
            )
        return handler

    return declare


def _bytes_as(kind: str) -> dict[str, str]:
    return TEXT | {"format": "binary"} if kind.startswith(("audio/", "image/", "video/")) else TEXT


def _of_a_file(whole: dict[str, Any], *, in_part: bool) -> dict[int | str, dict[str, Any]]:
    """What is answered to whoever has the file already, or wants a part of it."""
    answers: dict[int | str, dict[str, Any]] = {304: {"description": "It is what `If-None-Match` names."}}
    if in_part:
        answers[206] = {**whole, "description": "The part that `Range` asks for."}
    return answers


def _reasons(
    path: str, auth: Auth, refuses: tuple[type[errors.Refusal], ...], *, creates: bool
) -> Iterator[type[errors.Refusal]]:
    """Everything that it can refuse with: what is said of it, and what holds for all of its kind."""
    if auth is Auth.USER:
        yield from FOR_USERS
    yield from refuses
    yield from ALWAYS
    if "{" in path and not any(issubclass(kind, errors.NotFound) for kind in refuses):
        yield errors.NotFound
    if creates:
        yield errors.RequestKeyReused


def _parameters(answer: Any, *, creates: bool) -> list[Parameter]:
    """Parameters that are read by hand, for the API's description."""
    if getattr(answer, "__pydantic_generic_metadata__", {}).get("origin") is PageOf:
        return PARAMETERS
    return [REQUEST_KEY] if creates else []


def _body(takes: str | None, method: str) -> dict[str, Any]:
    """What is created may be sent later."""
    if takes is None:
        return {}
    content = {takes: {"schema": TEXT | {"format": "binary"}}}
    return {"requestBody": {"required": method != "POST", "content": content}}


def _first_sentence(text: str) -> str:
    return text.strip().partition("\n")[0].partition(". ")[0].rstrip(".")
