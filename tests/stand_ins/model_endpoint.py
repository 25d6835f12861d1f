"""A stand-in for language models that others serve: embeddings and chat completions as OpenAI's API has them.

A test says what is answered next; otherwise texts that share words get vectors that are near.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stand_ins.embeddings import vector_of
from tests.stand_ins.serving import serving


class Question(NamedTuple):
    operation: str
    query: str
    key: str | None
    body: dict[str, Any]


class ModelEndpoint:
    def __init__(self, address: str) -> None:
        self.address = address
        self.questions: list[Question] = []
        self.next: list[Response] = []
        """What is answered before it answers by itself, first to last."""
        self.always: Response | None = None
        self.says = "Fish is grilled [1]."

    def embeds(self, *vectors: list[Any], indexes: list[int] | None = None) -> None:
        places = indexes or list(range(len(vectors)))
        data = [{"index": index, "embedding": vector} for index, vector in zip(places, vectors, strict=True)]
        self.next.append(JSONResponse({"data": data}))

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        key = request.headers.get("Authorization")
        self.questions.append(Question(request.path_params["operation"], request.url.query, key, body))
        if self.next:
            return self.next.pop(0)
        return self.always or JSONResponse(self._by_itself(body))

    def _by_itself(self, body: dict[str, Any]) -> dict[str, Any]:
        if "input" in body:
            vectors = [{"index": at, "embedding": vector_of(text)} for at, text in enumerate(body["input"])]
            return {"object": "list", "model": body["model"], "data": vectors[::-1]}
        message = {"role": "assistant", "content": self.says}
        return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


@contextmanager
def model_endpoint() -> Iterator[ModelEndpoint]:
    endpoint = ModelEndpoint("")
    app = Starlette(routes=[Route("/v1/{operation:path}", endpoint.answer, methods=["POST"])])
    with serving(app) as address:
        endpoint.address = f"{address}/v1"
        yield endpoint
