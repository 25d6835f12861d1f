"""Answers to public reads, kept until the store's next commit.

Most requests ask for what many others ask for, signed out: a video, the latest ones, its comments. Such an
answer depends on the store alone, and the store says with every commit of any process that it has changed;
so an answer from here is exactly as fresh as one that is made anew, at a quarter of the cost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from killrvideo.api.dependencies import address_key
from killrvideo.domain.errors import TooManyRequests
from killrvideo.domain.limits import RouteClass
from killrvideo.features.limits import Limits

MOST_ANSWERS = 1024
LONGEST_ANSWER = 256 * 1024

Key = tuple[bytes, bytes]


@dataclass(slots=True)
class _Answer:
    """The messages of one answer, as they are sent."""

    messages: list[Message] = field(default_factory=list)
    size: int = 0

    def add(self, message: Message) -> None:
        self.size += len(message.get("body", b""))
        self.messages.append(message)

    @property
    def can_be_kept(self) -> bool:
        return bool(self.messages) and self.messages[0].get("status") == 200 and self.size <= LONGEST_ANSWER


class SharedAnswers:
    """Wraps an application; ``generation`` is a number that changes with every commit, None if unknown."""

    def __init__(self, app: ASGIApp, generation: Callable[[], int | None], limits: Limits) -> None:
        self._app = app
        self._generation_now = generation
        self._limits = limits
        self._generation: int | None = None
        self._answers: dict[Key, _Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        generation = self._generation_now() if _asked_by_anybody(scope) else None
        if generation is None:
            await self._app(scope, receive, send)
            return
        if generation != self._generation:
            self._generation = generation
            self._answers.clear()
        key = (scope["raw_path"], scope["query_string"])
        answer = self._answers.get(key)
        if answer is not None and await self._within_quota(scope):
            for message in answer.messages:
                await send(message)
            return
        await self._make(key, generation, scope, receive, send)

    async def _make(self, key: Key, generation: int, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()

        async def send_and_add(message: Message) -> None:
            if answer.size <= LONGEST_ANSWER:
                answer.add(message)
            await send(message)

        await self._app(scope, receive, send_and_add)
        shared = getattr(scope.get("endpoint"), "shared", False)
        if shared and answer.can_be_kept and generation == self._generation:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[key] = answer

    async def _within_quota(self, scope: Scope) -> bool:
        try:
            await self._limits.take(RouteClass.READ, address_key(scope))
        except TooManyRequests:
            return False  # The application refuses it, in its own words.
        return True


def _asked_by_anybody(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and not any(name == b"authorization" for name, _ in scope["headers"])
    )
