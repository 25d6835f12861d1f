"""Loading something dear once: with the first who needs it, in a thread, and again later if it failed."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, TypeVar

import structlog

from killrvideo.domain.errors import ModelUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Failed:
    at: float


class LoadedOnce(Generic[T]):
    """May be asked from every thread and event loop."""

    def __init__(
        self,
        load: Callable[[], T],
        *,
        what: str,
        patience: float = 10.0,
        again_after: float = 60.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``what`` it is called in the log. ``patience``: seconds that one who asks waits, while loading goes
        on. ``again_after``: seconds from a failure until the next try.
        """
        self._load = load
        self._what = what
        self._patience = patience
        self._again_after = again_after
        self._now = now
        self._lock = Lock()
        self._outcome: Future[T | _Failed] | None = None

    @property
    def loaded(self) -> T | None:
        """What is there already."""
        outcome = self._outcome.result() if self._outcome and self._outcome.done() else None
        return None if isinstance(outcome, _Failed) else outcome

    async def get(self) -> T:
        """Raises ModelUnavailable, at once where a try has failed not long ago."""
        outcome = self._begun()
        try:
            async with asyncio.timeout(self._patience):
                loaded = await asyncio.wrap_future(outcome)
        except TimeoutError:
            raise ModelUnavailable("The language model is still being loaded; try again later.") from None
        if isinstance(loaded, _Failed):
            raise ModelUnavailable(
                "The language model cannot be loaded; try again later.", retry_after=self._again_after
            )
        return loaded

    def _begun(self) -> Future[T | _Failed]:
        with self._lock:
            if self._outcome is None or self._may_try_again(self._outcome):
                self._outcome = Future()
                # As if it ran already: whoever stops waiting must not cancel it for all others.
                self._outcome.set_running_or_notify_cancel()
                Thread(target=self._run, args=[self._outcome], name="model-loading", daemon=True).start()
            return self._outcome

    def _may_try_again(self, outcome: Future[T | _Failed]) -> bool:
        past = outcome.result() if outcome.done() else None
        return isinstance(past, _Failed) and self._now() - past.at >= self._again_after

    def _run(self, outcome: Future[T | _Failed]) -> None:
        try:
            loaded = self._load()
        except Exception:
            log.exception("model_not_loaded", model=self._what)
            outcome.set_result(_Failed(self._now()))
        else:
            outcome.set_result(loaded)
