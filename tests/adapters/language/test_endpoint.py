"""How an endpoint is asked: tried again where that may help, left alone where it fails, never led astray."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response
from structlog.testing import capture_logs

from killrvideo.adapters.language.endpoint import GIVEN_UP_MOST, LARGEST, TRIES, Endpoint
from killrvideo.domain.errors import ModelUnavailable
from tests.stand_ins.model_endpoint import ModelEndpoint

KEY = "sk-very-private"
FINE = {"fine": True}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []
        self.looked_at = asyncio.Semaphore(0)

    def now(self) -> float:
        self.looked_at.release()
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Hanging:
    """A server that takes questions, and hangs up when it is told to."""

    def __init__(self) -> None:
        self.address = ""
        self.reached = asyncio.Semaphore(0)
        self.hangs_up = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached.release()
        await self.hangs_up.wait()
        writer.close()


@pytest.fixture
async def hanging() -> AsyncIterator[Hanging]:
    hanging = Hanging()
    server = await asyncio.start_server(hanging.take, "127.0.0.1", 0)
    hanging.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield hanging
    hanging.hangs_up.set()
    server.close()
    await server.wait_closed()


async def given_up(endpoint: Endpoint, hanging: Hanging) -> None:
    """One who is in a hurry asks, and leaves once the question has arrived."""
    hurried = asyncio.create_task(endpoint.ask("embeddings", {}))
    await hanging.reached.acquire()
    hurried.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hurried


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def endpoint(elsewhere: ModelEndpoint, clock: Clock) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(
        f"{elsewhere.address}/?api-version=3", api_key=KEY, timeout=30, now=clock.now, sleep=clock.sleep
    )
    yield endpoint
    await endpoint.close()


async def refusal(endpoint: Endpoint) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as refused:
        await endpoint.ask("embeddings", {"model": "m", "input": ["a"]})
    return refused.value


async def test_the_key_and_what_stands_behind_the_question_mark_are_sent(
    endpoint: Endpoint, elsewhere: ModelEndpoint
) -> None:
    await endpoint.ask("chat/completions", {"model": "m"})

    (question,) = elsewhere.questions
    assert question.operation == "chat/completions"
    assert question.query == "api-version=3"
    assert question.key == f"Bearer {KEY}"
    assert question.body == {"model": "m"}


async def test_no_key_is_sent_where_none_is_set(elsewhere: ModelEndpoint) -> None:
    endpoint = Endpoint(elsewhere.address, api_key=None, timeout=30)

    await endpoint.ask("embeddings", {"model": "m", "input": ["a"]})
    await endpoint.close()

    assert elsewhere.questions[0].key is None


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_trouble_that_passes_is_tried_again_after_a_pause(
    endpoint: Endpoint, elsewhere: ModelEndpoint, clock: Clock, status: int
) -> None:
    elsewhere.next = [Response(status_code=status), Response(status_code=status), JSONResponse(FINE)]

    assert await endpoint.ask("embeddings", {}) == b'{"fine":true}'
    assert clock.pauses == [0.2, 0.4]


async def test_trying_again_has_an_end(endpoint: Endpoint, elsewhere: ModelEndpoint) -> None:
    elsewhere.always = Response(status_code=503)

    await refusal(endpoint)

    assert len(elsewhere.questions) == 3


async def test_an_endpoint_that_fails_is_left_alone_for_a_while(
    endpoint: Endpoint, elsewhere: ModelEndpoint, clock: Clock
) -> None:
    elsewhere.always = Response(status_code=503)
    await refusal(endpoint)
    elsewhere.always = JSONResponse(FINE)
    asked = len(elsewhere.questions)

    clock.seconds += 9
    assert (await refusal(endpoint)).retry_after == pytest.approx(1)
    assert len(elsewhere.questions) == asked

    clock.seconds += 1
    assert await endpoint.ask("embeddings", {}) == b'{"fine":true}'


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_refusal_that_will_not_change_is_not_tried_again(
    endpoint: Endpoint, elsewhere: ModelEndpoint, status: int
) -> None:
    elsewhere.always = Response(status_code=status)

    await refusal(endpoint)
    await refusal(endpoint)

    assert len(elsewhere.questions) == 1


async def test_one_question_that_displeases_does_not_cost_others_theirs(
    endpoint: Endpoint, elsewhere: ModelEndpoint
) -> None:
    elsewhere.next = [Response(status_code=400)]
    await refusal(endpoint)

    assert await endpoint.ask("embeddings", {"model": "m", "input": ["a"]})


async def test_nobody_is_followed_elsewhere_with_the_key(
    endpoint: Endpoint, elsewhere: ModelEndpoint
) -> None:
    elsewhere.next = [RedirectResponse("/v1/other")]

    await refusal(endpoint)

    assert [question.operation for question in elsewhere.questions] == ["embeddings"]


async def test_an_answer_without_end_is_not_read_to_its_end(
    endpoint: Endpoint, elsewhere: ModelEndpoint
) -> None:
    elsewhere.always = Response(b" " * (LARGEST + 1))

    await refusal(endpoint)


async def test_an_endpoint_that_is_not_there(clock: Clock) -> None:
    endpoint = Endpoint("http://127.0.0.1:9/v1", api_key=KEY, timeout=30, now=clock.now, sleep=clock.sleep)

    await refusal(endpoint)

    assert clock.pauses == [0.2, 0.4]
    await endpoint.close()


async def test_the_whole_question_has_a_time_limit(elsewhere: ModelEndpoint) -> None:
    endpoint = Endpoint(elsewhere.address, api_key=None, timeout=0)

    await refusal(endpoint)

    await endpoint.close()


async def test_an_endpoint_that_hangs_is_found_out_by_those_in_a_hurry(
    hanging: Hanging, clock: Clock
) -> None:
    endpoint = Endpoint(hanging.address, api_key=None, timeout=30, now=clock.now, sleep=clock.sleep)
    with capture_logs() as logs:
        await given_up(endpoint, hanging)
        hanging.hangs_up.set()
        for _ in range(1, TRIES):
            await hanging.reached.acquire()
        for _ in ("made", "asked", "failed"):
            await clock.looked_at.acquire()

    assert [log["event"] for log in logs] == ["model_endpoint_failed"]
    assert (await refusal(endpoint)).retry_after == pytest.approx(10)
    assert hanging.reached.locked()
    await endpoint.close()


async def test_few_questions_go_on_that_nobody_waits_for(hanging: Hanging) -> None:
    endpoint = Endpoint(hanging.address, api_key=None, timeout=30)
    for _ in range(GIVEN_UP_MOST):
        await given_up(endpoint, hanging)

    await refusal(endpoint)

    assert hanging.reached.locked()
    await endpoint.close()


async def test_neither_refusals_nor_the_log_hold_the_key_or_the_texts(
    endpoint: Endpoint, elsewhere: ModelEndpoint
) -> None:
    elsewhere.always = Response("private words", status_code=500)
    with capture_logs() as logs:
        refused = await refusal(endpoint)

    said = f"{refused.detail} {logs}"
    assert KEY not in said
    assert "private words" not in said
    assert "HTTP 500" in said


async def test_it_may_be_closed_twice_and_asked_again(endpoint: Endpoint) -> None:
    await endpoint.ask("embeddings", {"model": "m", "input": ["a"]})
    await endpoint.close()
    await endpoint.close()

    assert await endpoint.ask("embeddings", {"model": "m", "input": ["a"]})
