"""Whether the process lives, and whether it can serve: for whatever starts and watches it."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from killrvideo import __version__
from killrvideo.api.answers import Answer, answer
from killrvideo.api.dependencies import House
from killrvideo.api.problems import declared
from killrvideo.domain.errors import Unavailable

router = APIRouter(tags=["health"], prefix="/health")


class Health(Answer):
    status: Literal["ok"] = "ok"
    version: str = __version__


@router.get(
    "/live",
    name="health_live",
    operation_id="health_live",
    summary="The process runs",
    response_model=Health,
    responses=declared((), with_body=False),
)
async def live() -> Response:
    """The process runs."""
    return answer(Health())


@router.get(
    "/ready",
    name="health_ready",
    operation_id="health_ready",
    summary="Requests can be served",
    response_model=Health,
    responses=declared((Unavailable,), with_body=False),
)
async def ready(house: House) -> Response:
    """The store answers, so requests can be served; 503 otherwise."""
    await house.check()
    return answer(Health())
