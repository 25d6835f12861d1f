"""The operations on experiments."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from killrvideo.api.answers import answer, etag
from killrvideo.api.dependencies import CurrentCaller, ExpectedVersion, House
from killrvideo.api.experiments.bodies import (
    Experiment,
    ExperimentCreateRequest,
    ExperimentUpdateRequest,
    spelled,
)
from killrvideo.api.experiments.reports import ExperimentReport
from killrvideo.api.experiments.reports import spelled as report_of
from killrvideo.api.idempotency import once
from killrvideo.api.operations import VERSIONED, Auth, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.text import Text
from killrvideo.domain import errors
from killrvideo.domain.paging import page_by_rank

router = APIRouter(tags=["experiments"])

Key = Annotated[Text, Path(min_length=1, max_length=50, description="What the code asks for.")]


@operation(router, "GET", "/experiments", "experiments_list", answer=PageOf[Experiment], auth=Auth.USER)
async def list_all(house: House, caller: CurrentCaller, pages: Pages) -> Response:
    """Every experiment by its key, those that come with KillrVideo too. Needs `analytics:read`."""
    every, wanted = await house.experiments.all(caller), pages.wanted
    some = every[wanted.offset : wanted.offset + wanted.size]
    return answer(pages.spell(page_by_rank(some, len(every), wanted), spelled))


@operation(
    router,
    "POST",
    "/experiments",
    "experiments_create",
    answer=Experiment,
    status=201,
    auth=Auth.USER,
    refuses=(errors.ExperimentExists, errors.InvalidExperiment),
    headers=VERSIONED | {"Location": "Where the experiment is read."},
    creates=True,
)
async def create(house: House, caller: CurrentCaller, body: ExperimentCreateRequest) -> Response:
    """Makes a draft, in which nobody takes part before it runs. Needs `operate`."""
    experiment = await once(
        house,
        caller,
        lambda: house.experiments.create(caller, body.told()),
        lambda _: house.experiment_control.get(body.key),
    )
    location = {"Location": f"/api/v1/experiments/{experiment.key}"}
    return answer(spelled(experiment), status=201, headers=etag(experiment.version) | location)


@operation(
    router,
    "GET",
    "/experiments/{key}",
    "experiments_get",
    answer=Experiment,
    auth=Auth.USER,
    refuses=(errors.ExperimentNotFound,),
    headers=VERSIONED,
)
async def get(house: House, caller: CurrentCaller, key: Key) -> Response:
    """One experiment. Needs `analytics:read`."""
    experiment = await house.experiments.get(caller, key)
    return answer(spelled(experiment), headers=etag(experiment.version))


@operation(
    router,
    "PUT",
    "/experiments/{key}",
    "experiments_update",
    answer=Experiment,
    auth=Auth.USER,
    refuses=(
        errors.ExperimentNotFound,
        errors.ExperimentTransition,
        errors.ExperimentFixed,
        errors.InvalidExperiment,
        errors.StaleVersion,
    ),
    headers=VERSIONED,
)
async def update(
    house: House, caller: CurrentCaller, version: ExpectedVersion, key: Key, body: ExperimentUpdateRequest
) -> Response:
    """Starts, ramps, stops or describes it; every process serves by it within a second. Needs `operate`."""
    experiment = await house.experiments.change(caller, key, body.told(), expected_version=version)
    return answer(spelled(experiment), headers=etag(experiment.version))


@operation(
    router,
    "GET",
    "/analytics/experiments/{key}",
    "experiments_report",
    answer=ExperimentReport,
    auth=Auth.USER,
    refuses=(errors.ExperimentNotFound,),
)
async def report(house: House, caller: CurrentCaller, key: Key) -> Response:
    """What an experiment shows: people and rates of each arm, differences, and whether to believe them.
    Needs `analytics:read`.
    """
    return answer(report_of(await house.experiments.report(caller, key)))
