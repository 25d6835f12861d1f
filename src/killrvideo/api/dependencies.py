"""What a handler asks for by name in its signature: the house, the caller, a page, a version.

There is one dependency a request and no chain of them: each costs about as much as reading a row.
"""

import hashlib
import re
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.types import Scope

from killrvideo.application import Application
from killrvideo.domain.access import Caller
from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.observability.context import correlation_id

REQUEST_KEY = re.compile(r"[\x21-\x7e]{1,255}")
ENTITY_TAG = re.compile(r'"(\d{1,9})"')
# What may follow belongs to later versions of the standard.
TRACE_PARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?![^-])"
)

REPEATABLE = frozenset({"tag"})
BEARER = "bearer "


async def house_of(request: Request) -> Application:
    return _house(request)


def _house(request: Request) -> Application:
    house: Application = request.app.state.house
    return house


async def current_caller(request: Request) -> Caller:
    """Who asks, held to its quota. A token that is bad or has expired counts as none.

    Whoever has to sign in first is told so before anything else of the request is judged.
    """
    house = _house(request)
    origin = Origin(correlation_id=correlation_id(), trace_parent=trace_parent(request))
    caller = await house.sessions.identify(bearer_token(request), origin)
    await house.limits.take(request.scope["endpoint"].rate_class, caller_key(request, caller))
    if request.scope["endpoint"].for_users:
        caller.signed_in()
    if request.scope["query_string"]:
        _refuse_repeated(request)
    if request.method == "POST" and "idempotency-key" in request.headers:
        key = await _request_key(request, caller)
        return replace(caller, origin=replace(caller.origin, request_key=key))
    return caller


def _refuse_repeated(request: Request) -> None:
    """Raises InvalidInput: of two values for one parameter, nobody can tell which one was meant."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name not in REPEATABLE:
            raise InvalidInput(f"The parameter '{name}' may be given only once.", pointer=f"/query/{name}")
        seen.add(name)


def trace_parent(request: Request) -> str | None:
    """What W3C Trace Context has a caller send of the trace that the request belongs to."""
    found = TRACE_PARENT.match(request.headers.get("traceparent", ""))
    return found[0] if found else None


def bearer_token(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else None


def client_address(request: Request) -> str:
    """The address of the peer, or what a trusted proxy says of it (the server has seen to that)."""
    return request.client.host if request.client else "unknown"


def address_key(scope: Scope) -> str:
    """By what a reader who is not signed in is counted."""
    client = scope.get("client")
    return f"address:{client[0]}" if client else "address:unknown"


def caller_key(request: Request, caller: Caller) -> str:
    """By what a caller is counted: the account, or else the address."""
    return str(caller.account_id) if caller.account_id else address_key(request.scope)


async def _request_key(request: Request, caller: Caller) -> RequestKey:
    key = request.headers["idempotency-key"]
    if not REQUEST_KEY.fullmatch(key):
        raise InvalidInput("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    told = f"{request.url.path}?{request.url.query}\n".encode() + await _told_of(request)
    return RequestKey(
        owner=caller_key(request, caller),
        operation=request.scope["route"].operation_id,
        key=key,
        fingerprint=hashlib.sha256(told).hexdigest(),
    )


async def _told_of(request: Request) -> bytes:
    """What else tells one request from another."""
    endpoint = request.scope["endpoint"]
    if endpoint.takes_file:
        said = [(name, value) for name, value in request.headers.items() if name.startswith("upload-")]
        return repr(sorted(said)).encode()
    return b"" if endpoint.secret else await request.body()


async def expected_version(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag that was read; a PUT of an older version answers 412.",
            max_length=100,
        ),
    ] = None,
) -> int | None:
    """The version that the client believes to change; None when it does not care."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = ENTITY_TAG.fullmatch(if_match.strip())
    return int(match[1]) if match else NEVER_A_VERSION


NEVER_A_VERSION = 0
"""An If-Match that is none of our tags matches no version (RFC 9110, section 13.1.1)."""

House = Annotated[Application, Depends(house_of)]
CurrentCaller = Annotated[Caller, Depends(current_caller)]
ExpectedVersion = Annotated[int | None, Depends(expected_version)]
