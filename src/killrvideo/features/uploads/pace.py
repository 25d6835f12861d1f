"""Whether a client sends as fast as it has to: a chunk takes memory here for as long as it comes.

A slow line is no fault of its owner's, so it is held to a pace only while others need its place: each request
that is ended leaves one more piece, and an upload has only so many.
"""

SILENCE = 60.0
"""Seconds without a byte after which a connection counts as lost."""
WINDOW = 60.0
"""Seconds over which its pace is averaged."""
LEAST = 16 * 1024
"""Bytes a second, where others need the place."""


class Pace:
    """Counts only the time in which bytes are waited for: a slow disk is not the client's."""

    def __init__(self, least: int = LEAST, window: float = WINDOW, silence: float = SILENCE) -> None:
        self._least = least
        self._window = window
        self._silence = silence
        self._waited = self._silent = 0.0
        self._came = 0
        self.is_too_slow = False

    @property
    def is_lost(self) -> bool:
        return self.is_too_slow or self._silent >= self._silence

    @property
    def seconds(self) -> float:
        """Until it may be lost."""
        return max(0.0, min(self._silence - self._silent, self._window - self._waited))

    def note(self, size: int, waited: float, *, is_judged: bool = True) -> None:
        """So many bytes came in so many seconds. Unless it is judged, only silence ends it."""
        self._silent = 0.0 if size else self._silent + waited
        self._came += size
        self._waited += waited
        if self._waited >= self._window:
            self.is_too_slow = is_judged and self._came < self._least * self._waited
            self._waited, self._came = 0.0, 0
