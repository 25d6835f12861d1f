"""An orderly end of a process that used the library.

Its threads tell Python that a request is done. One that is still at it when the interpreter is taken down
aborts the process, after all work was done (pyo3-async-runtimes, issue 40): every fifth process that ended
right after its last request did. A moment before that, in which Python is free, lets it finish.
"""

import atexit
import time
from functools import cache

MOMENT = 0.1
"""Seconds; a fifth of it was enough for 150 processes of 150 on a machine with far too much to do."""


@cache
def leave_in_order() -> None:
    """Called with every request; a process that made none ends without waiting."""
    atexit.register(time.sleep, MOMENT)
