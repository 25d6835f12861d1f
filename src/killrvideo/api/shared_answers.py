"""Answers to public reads, kept until the store's next commit.

Most requests ask for what many others ask for: a video, the latest ones, its comments. Such an answer
depends on the store alone, and the store says with every commit of any process that it has changed; so an
answer from here is exactly as fresh as one that is made anew, at a quarter of the cost. What a reader who is
not signed in may see of a video everybody may see, in the same words; operations say where that is so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from killrvideo.api.answers import NEVER_KEPT
from killrvideo.api.dependencies import address_key
from killrvideo.api.operations import Shared
from killrvideo.domain.errors import TooManyRequests
from killrvideo.domain.limits import RouteClass
from killrvideo.features.limits import Limits

MOST_ANSWERS = 1024
LONGEST_ANSWER = 256 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""Of all answers to one kind of reader, and of what was asked, which strangers can make long."""
NO_STORE = (b"cache-control", NEVER_KEPT["Cache-Control"].encode())
"""Of an answer that depends on more than the store: on a model that was away."""

Key = tuple[bytes, bytes]


@dataclass(slots=True)
class _Answer:
    """The messages of one answer, as they are sent."""

    messages: list[Message] = field(default_factory=list)
    size: int = 0

    def add(self, message: Message) -> None:
        self.size += len(message.get("body", b""))
        self.messages.append(dict(message))  # What is around us puts this reader's headers into the message.

    @property
    def can_be_kept(self) -> bool:
        if not self.messages or self.messages[0].get("status") != 200 or self.size > LONGEST_ANSWER:
            return False
        return NO_STORE not in self.messages[0]["headers"]


class _Kept:
    """Answers by what was asked; forgets all of them before they become too many."""

    def __init__(self) -> None:
        self._answers: dict[Key, _Answer] = {}
        self._bytes = 0

    def get(self, key: Key) -> _Answer | None:
        return self._answers.get(key)

    def put(self, key: Key, answer: _Answer) -> None:
        size = answer.size + sum(map(len, key))
        if len(self._answers) >= MOST_ANSWERS or self._bytes + size > MOST_BYTES:
            self.clear()
        self._bytes += size
        self._answers[key] = answer

    def clear(self) -> None:
        self._answers.clear()
        self._bytes = 0


class SharedAnswers:
    """Wraps an application; ``generation`` is a number that changes with every commit, None if unknown."""

    def __init__(self, app: ASGIApp, generation: Callable[[], int | None], limits: Limits) -> None:
        self._app = app
        self._generation_now = generation
        self._limits = limits
        self._generation: int | None = None
        self._signed_out = _Kept()
        self._everybody = _Kept()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        generation = self._generation_now() if _is_read(scope) else None
        if generation is None:
            await self._app(scope, receive, send)
            return
        self._forget_if_changed(generation)
        key = (scope["raw_path"], scope["query_string"])
        answer = self._everybody.get(key)
        if answer is None and not _has_token(scope):
            answer = self._signed_out.get(key)
        if answer is None or not await self._within_quota(scope):
            await self._make(key, generation, scope, receive, send)
            return
        for message in answer.messages:
            await send(dict(message))  # Whoever sends it on writes into its headers.

    async def _make(self, key: Key, generation: int, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()

        async def send_and_add(message: Message) -> None:
            if answer.size <= LONGEST_ANSWER:
                answer.add(message)
            await send(message)

        await self._app(scope, receive, send_and_add)
        kept = self._kept_with(scope)
        if kept is not None and answer.can_be_kept and generation == self._generation:
            kept.put(key, answer)

    def _kept_with(self, scope: Scope) -> _Kept | None:
        """Where the answer belongs; None if it was for the one who asked alone."""
        endpoint = scope.get("endpoint")
        shared: Shared | None = getattr(endpoint, "shared", None)
        if shared is None or (_has_token(scope) and not getattr(endpoint, "same_for_all", False)):
            return None
        return self._everybody if shared is Shared.EVERYBODY else self._signed_out

    def _forget_if_changed(self, generation: int) -> None:
        if generation != self._generation:
            self._generation = generation
            self._everybody.clear()
            self._signed_out.clear()

    async def _within_quota(self, scope: Scope) -> bool:
        try:
            await self._limits.take(RouteClass.READ, address_key(scope))
        except TooManyRequests:
            return False  # The application refuses it, in its own words.
        return True


def _is_read(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["method"] == "GET")


def _has_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])
