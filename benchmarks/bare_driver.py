"""The driver by itself: asks what was recorded, so many requests at a time, and drops the answers.

Nothing of ours is in between, no event loop either: the driver's own thread asks on as answers come.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from cassandra.cluster import Session as Driver

from benchmarks.recording import Question, Recorded


class BareDriver:
    def __init__(self, driver: Driver, requests: Sequence[Recorded]) -> None:
        self._driver = driver
        self._requests = requests

    def per_second(self, *, at_once: int, seconds: float) -> float:
        """Requests that were answered in a second. Raises what the driver does."""
        turns = cycle(self._requests)
        began = time.perf_counter()
        loops = [_Loop(self._driver, turns, began + seconds) for _ in range(at_once)]
        for loop in loops:
            loop.go_on()
        for loop in loops:
            loop.over.wait()
            if loop.failure is not None:
                raise loop.failure
        return sum(loop.answered for loop in loops) / (time.perf_counter() - began)


class _Loop:
    """One request after the other; of each, one round after the other."""

    def __init__(self, driver: Driver, turns: Iterator[Recorded], until: float) -> None:
        self._driver = driver
        self._turns = turns
        self._until = until
        self._rounds: list[list[Question]] = []
        self._open = 0
        self._counting = threading.Lock()
        self.answered = -1
        """The first is not one yet."""
        self.over = threading.Event()
        self.failure: Exception | None = None

    def go_on(self) -> None:
        if not self._rounds:
            self.answered += 1
            if time.perf_counter() > self._until:
                self.over.set()
                return
            self._rounds = list(next(self._turns).rounds)
        questions = self._rounds.pop(0)
        self._open = len(questions)
        for question in questions:
            self._ask(question)

    def _ask(self, question: Question) -> None:
        asked = self._driver.execute_async(
            question.statement, execution_profile=question.profile, paging_state=question.state
        )
        asked.add_callbacks(self._come, self._fail)

    def _come(self, _: Any) -> None:
        with self._counting:
            self._open -= 1
            last = self._open == 0
        if last:
            self.go_on()

    def _fail(self, failure: Exception) -> None:
        self.failure = failure
        self.over.set()
