"""Failpoints that do nothing, and one that ends the process as ``kill -9`` would."""

import os
import re
from itertools import count

from killrvideo.service_interfaces.failpoints import Failpoints

EXIT_STATUS = 137
"""What a shell reports of a process that was ended by SIGKILL."""

SPEC = re.compile(r"(?P<name>[^@]+)(?:@(?P<time>[1-9][0-9]*))?")


class NoFailpoints:
    """Every point is passed."""

    def reach(self, name: str) -> None:
        pass


NO_FAILPOINTS: Failpoints = NoFailpoints()


class CrashAt:
    """Ends the process at the point ``name``, or at the N-th time there with ``name@N``.

    No handler runs, no buffer is flushed, no transaction is rolled back. Raises ValueError for a
    specification that it cannot read.
    """

    def __init__(self, spec: str) -> None:
        read = SPEC.fullmatch(spec)
        if read is None:
            raise ValueError(f"A failpoint is written 'name' or 'name@N', not {spec!r}.")
        self._name = read["name"]
        self._time = int(read["time"] or 1)
        self._times = count(1)

    def reach(self, name: str) -> None:
        if name == self._name and next(self._times) == self._time:
            os._exit(EXIT_STATUS)
