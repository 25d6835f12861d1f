"""What work costs: time, and that of processors."""

import resource
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    wall: float
    processor: float
    """Of this process, and of all that it started and that have ended."""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.processor + other.processor)

    @classmethod
    def until_now(cls) -> "Cost":
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
        return cls(time.monotonic(), sum(usage.ru_utime + usage.ru_stime for usage in usages))

    def since(self, before: "Cost") -> "Cost":
        return Cost(self.wall - before.wall, self.processor - before.processor)
