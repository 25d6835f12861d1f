"""Whether this process has met the bound of its memory.

The libraries call a file invalid also where they got no memory to decode it in, so that one has to ask.
"""

import resource
import sys
from pathlib import Path

SCARCE = 256 * 1024**2
"""Bytes below the bound: what is refused is not counted, and a picture may want so many."""
STATUS = Path("/proc/self/status")


def is_memory_scarce() -> bool:
    """By the most that it ever had, as only Linux tells it."""
    if sys.platform != "linux":
        return False
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return most != resource.RLIM_INFINITY and _most_ever() > most - SCARCE


def _most_ever() -> int:
    lines = (line.split() for line in STATUS.read_text().splitlines())
    return next((int(line[1]) * 1024 for line in lines if line and line[0] == "VmPeak:"), 0)
