"""The HTTP application: routes, problems, what surrounds each request, and the API's own description."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from killrvideo import __version__
from killrvideo.api import (
    access,
    accounts,
    activity,
    answers_to_questions,
    captions,
    comments,
    experiments,
    flags,
    health,
    moderation,
    pages,
    passages,
    pictures,
    playback,
    problems,
    ratings,
    recommendations,
    search,
    sessions,
    streams,
    translations,
    uploads,
    videos,
)
from killrvideo.api.description import DESCRIPTION, TITLE, as_yaml, described
from killrvideo.api.metrics import Backlogs, add_metrics
from killrvideo.api.middleware import AroundRequest, BodyLimit, FailuresTold
from killrvideo.api.shared_answers import SharedAnswers
from killrvideo.api.uploads import TusProtocol
from killrvideo.application import Application
from killrvideo.service_interfaces.credentials import CursorSigner

PREFIX = "/api/v1"
READABLE = ("ETag", "Location", "Retry-After", "X-Correlation-ID", "Accept-Ranges", "Content-Range")
"""Headers that a page of another origin may read, beside those of uploads."""
# Literal paths stand before those with parameters; hot ones first, since routes are tried in order.
ROUTERS: tuple[APIRouter, ...] = (
    videos.router,
    playback.router,
    streams.router,
    pictures.router,
    captions.router,
    translations.router,
    comments.router,
    ratings.router,
    recommendations.router,
    search.router,
    passages.router,
    answers_to_questions.router,
    sessions.router,
    accounts.router,
    activity.router,
    flags.router,
    access.router,
    moderation.router,
    experiments.router,
    uploads.router,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    house: Application,
    cursor_signer: CursorSigner,
    *,
    lifespan: Lifespan | None = None,
    max_body_bytes: int = 1024 * 1024,
    allowed_origins: Sequence[str] = (),
    event_description: Mapping[str, Any] | None = None,
    backlogs: Backlogs | None = None,
    player_assets: Path | None = None,
) -> FastAPI:
    """``event_description`` and ``backlogs`` are served where they are given.

    ``player_assets`` is the folder with hls.js, if there is one.
    """
    app = operations_alone(lifespan=lifespan)
    app.state.house = house
    app.state.cursor_signer = cursor_signer
    pages.add_documentation(app)
    pages.add_player(app, player_assets)
    if event_description is not None:
        pages.add_event_description(app, event_description)
    if backlogs is not None:
        add_metrics(app, backlogs)
    problems.install(app)
    _surround(app, house, max_body_bytes, allowed_origins)
    return app


def _surround(app: FastAPI, house: Application, max_body_bytes: int, allowed_origins: Sequence[str]) -> None:
    # The last one added is the outermost.
    app.add_middleware(SharedAnswers, generation=house.generation, limits=house.limits)
    app.add_middleware(TusProtocol, path=PREFIX + uploads.PATH)
    app.add_middleware(BodyLimit, most_bytes=max_body_bytes, but=PREFIX + uploads.PATH)
    app.add_middleware(FailuresTold)
    app.add_middleware(AroundRequest)
    if allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(allowed_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[*READABLE, *uploads.HEADERS],
        )


def operations_alone(**options: Any) -> FastAPI:
    """Every operation, and no house behind them: enough to describe them, not to serve them."""
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        **options,
    )
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in (health.router, pages.front, pages.problems, pages.watching):
        app.include_router(router)
    app.openapi = cache(partial(described, app))  # type: ignore[method-assign]
    return app


def description() -> str:
    """What docs/killrvideo_openapi.yaml holds: the OpenAPI document in YAML."""
    return as_yaml(operations_alone().openapi())
