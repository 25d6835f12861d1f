"""Refusals as problem details (RFC 9457): the one place that knows which error has which status."""

import math
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from killrvideo.api.answers import NEVER_KEPT, Answer
from killrvideo.domain import errors
from killrvideo.domain.limits import RateDecision
from killrvideo.observability.context import correlation_id

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/problems#"
"""Where this server explains its problems; a relative reference, as RFC 9457 (section 3.1.1) allows."""

STATUS_OF: dict[type[errors.Refusal], int] = {
    errors.NotAYouTubeAddress: 400,
    errors.InvalidGrant: 400,
    errors.InvalidUpload: 400,
    errors.WrongContentType: 415,
    errors.ChecksumMismatch: 460,
    errors.InvalidInput: 422,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.UploadTaken: 423,
    errors.StaleVersion: 412,
    errors.UnsupportedProtocol: 412,
    errors.UploadTooLarge: 413,
    errors.UnusableFile: 422,
    errors.TranslationUnavailable: 404,
    errors.ToolFailed: 503,
    errors.RangeNotSatisfiable: 416,
    errors.TooManyRequests: 429,
    errors.SourceFailed: 502,
    errors.Unavailable: 503,
    errors.DiskFull: 507,
}
"""A refusal has the status of the nearest of its classes in this table."""

CODE_OF_STATUS = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}
INTERNAL = "internal_error"
HEADERS_OF = {
    401: {"WWW-Authenticate": "That a bearer token is wanted, and whether the one that was sent is no good."},
    416: {"Content-Range": "How many bytes there are, as `bytes */N`."},
    429: {
        "Retry-After": "Seconds to wait.",
        "RateLimit": "How many requests are left, and in how many seconds there are more.",
        "RateLimit-Policy": "How many requests there are in how many seconds.",
    },
    503: {"Retry-After": "Seconds to wait."},
    507: {"Retry-After": "Seconds to wait."},
}
"""What answers of these statuses carry beside the problem."""
FAULTS_MOST = 20
"""As many are told of one request; nobody reads the rest."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class FieldProblem(Answer):
    pointer: str
    """JSON pointer to the member of the body that is wrong; `/query/page` names a parameter."""
    detail: str
    """What is wrong with it."""


class Problem(Answer):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str
    """Where the code is explained, relative to the server."""
    title: str
    """What went wrong, in the same words for the same code."""
    status: int
    detail: str
    """One sentence that can be shown to a person."""
    instance: str
    """The path that was asked for."""
    code: str
    """Stable, for programs; `/problems` lists them all."""
    correlationId: str
    """Names the request in the server's log; the header `X-Correlation-ID` has it too."""
    errors: list[FieldProblem] | None = None
    """What is wrong with which member or parameter; absent where that is not known."""
    error: str | None = None
    """Of OAuth2 token requests alone: the code that RFC 6749, section 5.2, gives the refusal."""
    error_description: str | None = None
    """Beside `error`: the same as `detail`."""


def status_of(kind: type[errors.Refusal]) -> int:
    return next(STATUS_OF[base] for base in kind.__mro__ if base in STATUS_OF)


def problem(
    request: Request,
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
    oauth_error: str | None = None,
) -> Response:
    body = Problem(
        type=TYPE_PREFIX + code,
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        code=code,
        correlationId=correlation_id(),
        errors=errors,
        error=oauth_error,
        error_description=detail if oauth_error else None,
    )
    content = body.model_dump_json(exclude_none=True).encode("utf-8", "replace")
    return Response(content, status_code=status, headers=headers, media_type=MEDIA_TYPE)


async def on_refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, errors.Refusal)  # noqa: S101 - registered for this type alone
    pointer = getattr(refusal, "pointer", None)
    return problem(
        request,
        status_of(type(refusal)),
        refusal.code,
        refusal.title,
        refusal.detail,
        errors=[FieldProblem(pointer=pointer, detail=refusal.detail)] if pointer else None,
        headers=_headers(request, refusal),
        oauth_error=refusal.error if isinstance(refusal, errors.InvalidGrant) else None,
    )


def _headers(request: Request, refusal: errors.Refusal) -> dict[str, str] | None:
    match refusal:
        case errors.NotSignedIn():
            sent = "authorization" in request.headers
            return {"WWW-Authenticate": 'Bearer error="invalid_token"' if sent else "Bearer"}
        case errors.InvalidGrant():
            return NEVER_KEPT
        case errors.TooManyRequests(decision=decision):
            return _rate_limit_headers(decision)
        case errors.RangeNotSatisfiable(size=size):
            return {"Content-Range": f"bytes */{size}"}
        case errors.Unavailable(retry_after=seconds):
            return {"Retry-After": str(max(1, math.ceil(seconds)))}
    return None


def _rate_limit_headers(decision: RateDecision) -> dict[str, str]:
    """The fields of the HTTPAPI working group's draft "RateLimit header fields for HTTP"."""
    policy, wait = decision.policy, max(1, math.ceil(decision.reset_after))
    return {
        "Retry-After": str(wait),
        "RateLimit": f'"{policy.name}";r={decision.remaining};t={wait}',
        "RateLimit-Policy": f'"{policy.name}";q={policy.quota};w={policy.window}',
    }


async def on_invalid(request: Request, invalid: Exception) -> Response:
    """FastAPI's list of faults, as one sentence and a pointer for each."""
    assert isinstance(invalid, RequestValidationError)  # noqa: S101 - registered for this type alone
    found = invalid.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return await on_http_error(request, HTTPException(HTTPStatus.BAD_REQUEST))
    faults = [
        FieldProblem(pointer=_pointer(fault["loc"]), detail=_told(fault)) for fault in found[:FAULTS_MOST]
    ]
    sentence = "; ".join(f"{fault.pointer.strip('/') or 'body'}: {fault.detail}" for fault in faults[:5])
    title = errors.InvalidInput.title
    return problem(request, 422, errors.InvalidInput.code, title, f"{title}. {sentence}.", errors=faults)


def _told(fault: dict[str, Any]) -> str:
    """Pydantic's words, except where they are about its own insides."""
    match fault:
        case {"type": "model_attributes_type"}:
            return "A JSON object is expected, sent as application/json"
        case {"type": "too_short", "input": str(), "ctx": {"min_length": least}}:
            return f"String should have at least {least} character{'s' if least > 1 else ''}"
        case {"type": "too_long", "input": str(), "ctx": {"max_length": most}}:
            return f"String should have at most {most} characters"
    return str(fault["msg"]).removeprefix("Value error, ")


def _pointer(location: Iterable[int | str]) -> str:
    """``("body", "tags", 0)`` is ``/tags/0``; parameters are named with where they stand."""
    where, *path = location
    steps = path if where == "body" else [where, *path]
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown routes, wrong methods, broken or too large bodies."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    title = HTTPStatus(error.status_code).phrase
    code = CODE_OF_STATUS.get(error.status_code, "refused")
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else dict(error.headers or {})
    return problem(request, error.status_code, code, title, _sentence(request, error), headers=headers)


def _allowed(request: Request) -> str:
    """Every method of this path. Starlette tells those of one route, and here each method has its own."""
    return ", ".join(
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


def _sentence(request: Request, error: HTTPException) -> str:
    match error.status_code:
        case 400:
            return "The body is not the JSON or form that its Content-Type promises."
        case 404:
            return f"There is nothing at {request.url.path}; /docs lists every operation."
        case 405:
            return f"{request.method} is not allowed at {request.url.path}; the Allow header says what is."
        case 413:
            return "The body is too large."
    return f"{HTTPStatus(error.status_code).phrase}."


async def on_failure(request: Request, failure: Exception) -> Response:
    """A fault of ours: told in the log, not to the reader."""
    log.error("request failed", path=request.url.path, exc_info=failure)
    title = "Something went wrong on our side"
    return problem(request, 500, INTERNAL, title, f"{title}; the correlation id names it in our log.")


def install(app: FastAPI) -> None:
    app.add_exception_handler(errors.Refusal, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_failure)


def declared(refusals: Iterable[type[errors.Refusal]], *, with_body: bool) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of an operation: every problem that it can answer, by status, with its codes."""
    by_status: dict[int, list[str]] = {}
    for kind in refusals:
        by_status.setdefault(status_of(kind), []).append(f"`{kind.code}`: {kind.title}.")
    by_status.setdefault(500, []).append("`internal_error`: Something went wrong on our side.")
    if with_body:
        by_status.setdefault(400, []).append("`malformed_request`: The body cannot be parsed.")
        by_status.setdefault(413, []).append("`body_too_large`: The body is too large.")
    return {status: _declared(status, lines) for status, lines in sorted(by_status.items())}


def _declared(status: int, lines: list[str]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    told: dict[str, Any] = {"description": " ".join(lines), "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in HEADERS_OF:
        told["headers"] = {
            name: {"description": says, "schema": {"type": "string"}}
            for name, says in HEADERS_OF[status].items()
        }
    return told
