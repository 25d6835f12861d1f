"""Units of work that stop at a named point, as a process does that dies there."""


class Crash(Exception):
    """Nobody handles it, as nobody handles a power cut."""


class DiesAt:
    """Keeps Failpoints."""

    def __init__(self, point: str) -> None:
        self.point = point

    def reach(self, name: str) -> None:
        if name == self.point:
            raise Crash(name)
