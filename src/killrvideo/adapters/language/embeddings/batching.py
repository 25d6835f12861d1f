"""Texts of many who ask, computed together: a model takes little longer for eight than for one."""

import asyncio
import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from threading import Condition, Thread

from killrvideo.adapters.language.embeddings.files import Vector
from killrvideo.domain.errors import ModelUnavailable

Work = Callable[[Sequence[str]], Sequence[Vector]]

TEXTS_MOST = 16
TOKENS_MOST = 256
"""Of one batch, padding included: larger ones are no faster. It takes a twentieth of a second, so that is how
long somebody urgent waits at most for the batches at hand; it also bounds their memory."""
BYTES_PER_TOKEN = 4
LONGEST = 256
"""Tokens that any text costs at most, as far as can be told before it is read."""
ROOM = (4096, 3072, 2048)
"""By rank: how many texts, of all ranks, may wait when one more comes. So however much a job brings, there is
room for what somebody has just written, and beyond that for what somebody searches."""


@dataclass(slots=True, eq=False)
class _Asked:
    """The texts of one who asks."""

    texts: Sequence[str]
    answer: Future[list[Vector]] = field(default_factory=Future)
    vectors: dict[int, Vector] = field(default_factory=dict)

    def take(self, place: int, vector: Vector) -> None:
        self.vectors[place] = vector
        if len(self.vectors) == len(self.texts) and self._answers():
            self.answer.set_result([self.vectors[place] for place in range(len(self.texts))])

    def refuse(self, fault: Exception) -> None:
        if self._answers():
            self.answer.set_exception(fault)

    def _answers(self) -> bool:
        """Whether anybody still waits."""
        return not self.answer.done() and self.answer.set_running_or_notify_cancel()


@dataclass(frozen=True, slots=True, order=True)
class _Text:
    """Ordered by who goes first; texts of one who asks stand by length, so that a batch is padded little."""

    rank: int
    number: int
    tokens: int = field(compare=False)
    place: int = field(compare=False)
    asked: _Asked = field(compare=False)


class MicroBatcher:
    """May be asked from every event loop. Its threads start with the first text."""

    def __init__(self, work: Work, *, threads: int = 2, room: Sequence[int] = ROOM) -> None:
        """``room``: see ROOM; later ranks have that of the last one."""
        self._work = work
        self._wanted = threads
        self._room = room
        self._waiting: list[_Text] = []
        self._numbers = count()
        self._changed = Condition()
        self._threads: list[Thread] = []
        self._closed = False

    async def run(self, texts: Sequence[str], rank: int) -> list[Vector]:
        """The vectors in the order of the texts. Lower ranks go first, whoever came earlier.

        Raises ModelUnavailable when too many texts wait or this is closed, and what the work raises.
        """
        if not texts:
            return []
        asked = _Asked(texts)
        with self._changed:
            self._admit(len(texts), rank)
            for place in sorted(range(len(texts)), key=lambda place: _tokens(texts[place])):
                text = _Text(rank, next(self._numbers), _tokens(texts[place]), place, asked)
                heapq.heappush(self._waiting, text)
            self._changed.notify(len(texts))
        return await asyncio.wrap_future(asked.answer)

    def close(self) -> None:
        """Refuses all who wait and returns when the batches at hand are done. May be called twice."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, []
            self._changed.notify_all()
            for text in waiting:
                text.asked.refuse(ModelUnavailable("This process is about to stop."))
        for thread in self._threads:
            thread.join()

    def _admit(self, texts: int, rank: int) -> None:
        if self._closed:
            raise ModelUnavailable("This process is about to stop.")
        most = self._room[min(rank, len(self._room) - 1)] - texts
        if len(self._waiting) > most:
            self._forget_who_left()
        if len(self._waiting) > most:
            raise ModelUnavailable("Too many texts wait for the model; try again in a few seconds.")
        while len(self._threads) < self._wanted:
            thread = Thread(target=self._serve, name=f"embedding-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _forget_who_left(self) -> None:
        self._waiting = [text for text in self._waiting if not text.asked.answer.done()]
        heapq.heapify(self._waiting)

    def _serve(self) -> None:
        while batch := self._next_batch():
            self._compute(batch)

    def _next_batch(self) -> list[_Text]:
        """Waits for one; empty when this is closed."""
        with self._changed:
            while True:
                batch: list[_Text] = []
                while self._waiting and _fits(batch, self._waiting[0]):
                    text = heapq.heappop(self._waiting)
                    if not text.asked.answer.done():
                        batch.append(text)
                if batch or self._closed:
                    return batch
                self._changed.wait()

    def _compute(self, batch: Sequence[_Text]) -> None:
        try:
            vectors = self._work([text.asked.texts[text.place] for text in batch])
        except Exception as fault:
            self._blame(batch, fault)
            return
        with self._changed:
            for text, vector in zip(batch, vectors, strict=True):
                text.asked.take(text.place, vector)

    def _blame(self, batch: Sequence[_Text], fault: Exception) -> None:
        """Of several who asked, one alone may be at fault: each is tried without the others."""
        askers = list(dict.fromkeys(text.asked for text in batch))
        if len(askers) == 1:
            with self._changed:
                askers[0].refuse(fault)
            return
        for asker in askers:
            self._compute([text for text in batch if text.asked is asker])


def _tokens(text: str) -> int:
    """Roughly, which is enough to see which texts are alike."""
    start = text[: LONGEST * BYTES_PER_TOKEN].encode("utf-8", "replace")
    return min(LONGEST, 2 + len(start) // BYTES_PER_TOKEN)


def _fits(batch: Sequence[_Text], text: _Text) -> bool:
    if not batch:
        return True
    longest = max(text.tokens, *(one.tokens for one in batch))
    return len(batch) < TEXTS_MOST and longest * (len(batch) + 1) <= TOKENS_MOST
