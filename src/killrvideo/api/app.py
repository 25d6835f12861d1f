"""The HTTP application: routes, problems, what surrounds each request, and the API's own description."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.middleware.cors import CORSMiddleware

from killrvideo import __version__
from killrvideo.api import (
    access,
    accounts,
    activity,
    comments,
    flags,
    health,
    moderation,
    pages,
    playback,
    problems,
    ratings,
    recommendations,
    search,
    sessions,
    videos,
)
from killrvideo.api.middleware import AroundRequest
from killrvideo.api.operations import SECURITY_SCHEMES
from killrvideo.api.shared_answers import SharedAnswers
from killrvideo.application import Application
from killrvideo.service_interfaces.credentials import CursorSigner

PREFIX = "/api/v1"
TITLE = "KillrVideo"
DESCRIPTION = """\
The back end of KillrVideo, the reference video application of the Apache Cassandra world.

Errors are problem details (RFC 9457): `detail` is a sentence for people, `code` is stable for programs.
Lists come in pages; `pagination.nextCursor` reads on at the same cost at any depth.
`Idempotency-Key` is honoured on every POST that creates something.
Paths marked deprecated are aliases kept for deployed clients."""

# Literal paths stand before those with parameters; hot ones first, since routes are tried in order.
ROUTERS: tuple[APIRouter, ...] = (
    videos.router,
    playback.router,
    comments.router,
    ratings.router,
    recommendations.router,
    search.router,
    sessions.router,
    accounts.router,
    activity.router,
    flags.router,
    access.router,
    moderation.router,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    house: Application,
    cursor_signer: CursorSigner,
    *,
    lifespan: Lifespan | None = None,
    max_body_bytes: int = 1024 * 1024,
    allowed_origins: Sequence[str] = (),
) -> FastAPI:
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        redirect_slashes=False,
        max_body_size=max_body_bytes,
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = house
    app.state.cursor_signer = cursor_signer
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in (health.router, pages.front, pages.problems):
        app.include_router(router)
    pages.add_documentation(app)
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(SharedAnswers, generation=house.generation, limits=house.limits)
    app.add_middleware(AroundRequest)
    if allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(allowed_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Correlation-ID"],
        )
    app.openapi = lambda: _description(app)  # type: ignore[method-assign]
    return app


def _description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: FastAPI's, with our problems in place of its default ones."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        _, ours = models_json_schema(
            [(problems.Problem, "serialization")], ref_template="#/components/schemas/{model}"
        )
        schemas |= ours["$defs"]
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        document["components"]["securitySchemes"] = SECURITY_SCHEMES
        app.openapi_schema = document
    return app.openapi_schema
