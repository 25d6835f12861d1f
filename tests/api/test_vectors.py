"""Embedding vectors over HTTP: who may bring them, and what becomes of bad ones."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from killrvideo.domain.access import Role, Scope
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import DIMENSION
from tests.api.town import NOBODY, Person, Town

GOOD = [0.5, *[0.0] * (DIMENSION - 1)]


async def ingest(town: Town, video: object, by: Person, vector: Any = GOOD) -> httpx2.Response:
    return await town.ask("POST", "/reco/ingest", by, json={"videoId": str(video), "vector": vector})


async def stored(town: Town, video: str) -> list[float] | None:
    model = town.house.foundations.embeddings.current.name
    vector = await town.house.storage.vectors.get(VideoId(UUID(video)), model)
    return None if vector is None else list(vector)


async def test_an_owner_a_moderator_and_a_service_may_bring_vectors(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    service = await town.person(Role.VIEWER, scopes=[Scope.VECTORS_WRITE])
    for by in (owner, await town.person(Role.MODERATOR), service):
        answer = await ingest(town, video, by)
        assert answer.status_code == 202
        told = answer.json()
        assert (told["videoId"], told["status"]) == (video, "accepted")
        assert set(told) == {"videoId", "status", "message"}
    assert await stored(town, video) == GOOD
    detail = await town.ask("GET", f"/videos/{video}", owner)
    assert "vector" not in detail.text


async def test_others_may_not(town: Town) -> None:
    video = await town.video(await town.person())
    assert (await ingest(town, video, NOBODY)).status_code == 401
    assert (await ingest(town, video, await town.person())).status_code == 403
    assert (await ingest(town, uuid4(), await town.person())).status_code == 404
    assert await stored(town, video) != GOOD


@pytest.mark.parametrize(
    "vector",
    [
        [],
        GOOD[1:],
        [*GOOD, 1.0],
        [0.0] * DIMENSION,
        [10**400, *GOOD[1:]],
        [1e300, *GOOD[1:]],
        ["0.5", *GOOD[1:]],
        [True, *GOOD[1:]],
        [None, *GOOD[1:]],
        [[0.5], *GOOD[1:]],
        "0.5",
        None,
    ],
    ids=lambda vector: str(vector)[:12],
)
async def test_what_is_no_vector_of_the_model_is_refused(town: Town, vector: object) -> None:
    owner = await town.person()
    video = await town.video(owner)
    answer = await ingest(town, video, owner, vector)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/vector")
    assert await stored(town, video) != GOOD


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_numbers_that_json_does_not_know_are_refused(town: Town, literal: str) -> None:
    owner = await town.person()
    video = await town.video(owner)
    body = json.dumps({"videoId": video, "vector": ["?", *GOOD[1:]]}).replace('"?"', literal)
    headers = owner.headers | {"Content-Type": "application/json"}
    answer = await town.client.post("/api/v1/reco/ingest", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert isinstance(answer.json()["detail"], str)
    assert await stored(town, video) != GOOD
