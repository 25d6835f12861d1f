"""Nodes that are killed and started again, one after the other, while everything else goes on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from signal import Signals

from rich.console import Console

from services.lifecycle import Services
from soak.asking import Switchboard


@dataclass(frozen=True, slots=True)
class Schedule:
    victims: Sequence[str]
    calm: float
    """Seconds before each kill and after the last return."""
    away: float
    """Seconds from a kill to the new start, which takes as long as it takes."""
    by: Signals = Signals.SIGKILL

    @property
    def longest(self) -> float:
        """About how many seconds it takes, with half a minute for each start."""
        return self.calm + len(self.victims) * (self.calm + self.away + 30)


async def pass_through(schedule: Schedule, services: Services, board: Switchboard, console: Console) -> None:
    """Kills, starts and marks what is asked meanwhile with what goes on."""
    began = time.monotonic()

    def begin(phase: str) -> None:
        board.begin(phase)
        console.print(f"{time.monotonic() - began:5.0f} s  {phase}")

    for victim in schedule.victims:
        begin("all nodes up")
        await asyncio.sleep(schedule.calm)
        await asyncio.to_thread(services.kill, [victim], schedule.by)
        begin(f"{victim} killed")
        await asyncio.sleep(schedule.away)
        begin(f"{victim} starts")
        await asyncio.to_thread(_bring_back, services, victim, schedule.by)
    begin("all nodes up")
    await asyncio.sleep(schedule.calm)


def _bring_back(services: Services, victim: str, how: Signals) -> None:
    if how is Signals.SIGSTOP:
        services.kill([victim], Signals.SIGCONT)
    else:
        services.start([victim])
