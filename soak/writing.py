"""Writes, each followed until it is known what became of it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from soak.asking import PAUSE, Request, Switchboard

PATIENCE = 120.0
"""Seconds for which somebody who must know asks again."""
TWICE_SHARE = 0.05
"""Of the writes with a key: sent to both API processes at once."""
GIVE_UP_SHARE = 0.5
"""Of the writes in doubt that can wait until the end."""


@dataclass(kw_only=True, eq=False)
class Write:
    request: Request
    doubt: Callable[[], None]
    """Tells the ledger that it may be done."""
    settle: Callable[[Mapping[str, Any], bool], None]
    """Tells the ledger that it is, with the answer; and whether that was in doubt before."""
    about: object = None
    """What it writes over; a later write of the same leaves it behind."""
    done_before: frozenset[int] = frozenset()
    """How a repeat is refused if the first was done."""
    doubted: bool = False


@dataclass
class Writer:
    board: Switchboard
    rng: Random
    open: list[Write] = field(default_factory=list)
    """In doubt, to be settled in the end."""
    acknowledged: int = 0
    in_doubt: int = 0
    """Writes that were ever in doubt."""
    twice: int = 0
    unexpected: list[str] = field(default_factory=list)
    """Answers that nothing explains."""

    async def write(self, write: Write, *, must_know: bool = False) -> bool:
        """Whether it is settled. ``must_know`` asks again for long; others ask again or leave it open."""
        until = time.monotonic() + PATIENCE
        while not await self._try(write):
            give_up = not must_know and self.rng.random() < GIVE_UP_SHARE
            if give_up or time.monotonic() > until:
                self.open.append(write)
                return False
            await asyncio.sleep(PAUSE)
        return True

    async def settle_all(self) -> None:
        """Repeats what is still open until it is known to be done."""
        left, self.open = self.open, []
        for write in left:
            await self.write(write, must_know=True)

    async def _try(self, write: Write) -> bool:
        times = 2 if write.request.key is not None and self.rng.random() < TWICE_SHARE else 1
        self.twice += times == 2
        answers = await asyncio.gather(*(self.board.ask(write.request) for _ in range(times)))
        known = [answer for answer in answers if answer is not None and answer.status_code != 503]
        if not known:
            if not write.doubted:
                self.in_doubt += 1
                write.doubted = True
                write.doubt()
            return False
        answer = min(known, key=lambda answer: answer.status_code)
        self._learn(write, answer.status_code, answer)
        return True

    def _learn(self, write: Write, status: int, answer: Any) -> None:
        if answer.is_success:
            self._settle(write, answer.json() if answer.content else {})
        elif write.doubted and status in write.done_before:
            self._settle(write, {})
        else:
            request = write.request
            self.unexpected.append(f"{request.method} {request.path}: {status} {answer.text}")

    def _settle(self, write: Write, told: Mapping[str, Any]) -> None:
        self.acknowledged += 1
        write.settle(told, write.doubted)
        if write.about is not None:
            self.open = [other for other in self.open if other.about is not write.about]
