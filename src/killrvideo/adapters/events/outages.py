"""What is away for a while: told of once, tried again less and less often, and told of when it is back."""

import logging

BACK_OFF = (0.5, 1.0, 2.0, 5.0)
"""Seconds before each further try; the last one repeats."""


class Outage:
    def __init__(self, log: logging.Logger, what_fails: str) -> None:
        """``what_fails`` is a sentence without its full stop."""
        self._log = log
        self._what_fails = what_fails
        self._failures = 0

    def failed(self, error: Exception) -> float:
        """Notes one more failure; how many seconds to wait before the next try."""
        if self._failures == 0:
            self._log.warning("%s; it is tried again until it succeeds", self._what_fails, exc_info=error)
        else:
            self._log.debug("%s: %r", self._what_fails, error)
        self._failures += 1
        return BACK_OFF[min(self._failures, len(BACK_OFF)) - 1]

    def over(self) -> None:
        """Notes a success."""
        if self._failures:
            self._log.info("No longer: %s (%d failures)", self._what_fails, self._failures)
        self._failures = 0
