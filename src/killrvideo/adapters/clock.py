"""The computer's clock, and identities from it."""

import time
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from killrvideo.domain.instants import from_millis


class SystemClock:
    """Keeps Clock."""

    def now(self) -> datetime:
        return from_millis(time.time_ns() // 1_000_000)


class Uuid7Source:
    """Keeps IdSource; the ids of one process grow in the order of their making."""

    def new(self) -> UUID:
        return uuid7()
