"""What a client is told when files cannot be had."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from killrvideo.api import problems
from killrvideo.domain.errors import BlobNotFound, RangeNotSatisfiable, Refusal, Unavailable


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    refusals: dict[str, Refusal] = {
        "absent": BlobNotFound(),
        "range": RangeNotSatisfiable(size=1234),
        "away": Unavailable("The object store does not answer; try again later.", retry_after=4.2),
        "busy": Unavailable(),
    }

    @app.get("/{name}")
    async def refuse(name: str) -> None:
        raise refusals[name]

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "code", "header"),
    [
        ("absent", 404, "blob_not_found", None),
        ("range", 416, "range_not_satisfiable", ("Content-Range", "bytes */1234")),
        ("away", 503, "unavailable", ("Retry-After", "5")),
        ("busy", 503, "unavailable", ("Retry-After", "1")),
    ],
)
async def test_a_refusal_has_its_status_and_says_what_to_do(
    client: httpx2.AsyncClient, name: str, status: int, code: str, header: tuple[str, str] | None
) -> None:
    answer = await client.get(f"/{name}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if header is not None:
        assert answer.headers[header[0]] == header[1]
