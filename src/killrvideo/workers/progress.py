"""How far a long job is, in the log."""

import structlog

STEP = 1000

log = structlog.get_logger(__name__)


class Part:
    """How much of a job is done, from 0 to 1: told by who does it, read by who keeps its lease."""

    def __init__(self) -> None:
        self._part = 0.0

    def told(self, part: float) -> None:
        self._part = min(max(part, 0.0), 1.0)

    def get(self) -> float:
        return self._part


class LoggedProgress:
    """Keeps EmbeddingProgress; tells of every thousand."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._done = 0

    def advance(self, videos: int) -> None:
        before, self._done = self._done, self._done + videos
        if before // STEP != self._done // STEP:
            log.info("job goes on", what=self._what, done=self._done)


class LoggedSteps:
    """Keeps LearningProgress."""

    def __init__(self, what: str) -> None:
        self._what = what

    def expect(self, steps: int) -> None:
        """Says nothing of it: each step is told."""

    def begin(self, step: str) -> None:
        log.info("job goes on", what=self._what, step=step)
