"""What is away for a while: told of once, tried again less and less often, and told of when it is back."""

import logging
from collections import Counter

BACK_OFF = (0.5, 1.0, 2.0, 5.0)
"""Seconds before each further try; the last one repeats."""


class Outage:
    """One that several may suffer from: it begins with the first of them and ends with the last."""

    def __init__(self, log: logging.Logger, what_fails: str) -> None:
        """``what_fails`` is a sentence without its full stop."""
        self._log = log
        self._what_fails = what_fails
        self._failures: Counter[object] = Counter()

    def failed(self, who: object, error: Exception) -> float:
        """Notes one more failure of somebody; how many seconds to wait before the next try."""
        if self._failures:
            self._log.debug("%s: %r", self._what_fails, error)
        else:
            self._log.warning("%s; it is tried again until it succeeds", self._what_fails, exc_info=error)
        self._failures[who] += 1
        return BACK_OFF[min(self._failures[who], len(BACK_OFF)) - 1]

    def over(self, who: object) -> None:
        """Notes a success."""
        if self._failures.pop(who, 0) and not self._failures:
            self._log.info("No longer: %s", self._what_fails)
