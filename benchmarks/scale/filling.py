"""Filling a store with a population, day by day, with a progress bar; what was interrupted goes on."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from benchmarks.scale.population import DAYS, Population, Upload
from killrvideo.domain.accounts import Account

ACCOUNTS_AT_ONCE = 5000
SETTLE_EVERY = 15
"""Days between two points from which filling can go on."""


class Filling(Protocol):
    async def add_accounts(self, accounts: Sequence[Account]) -> None: ...
    async def add_uploads(self, uploads: Sequence[Upload]) -> None: ...
    async def settle(self) -> None:
        """What was added is as it would be if nothing more came."""
        ...

    async def finish(self) -> None: ...


@dataclass
class Progressed:
    """How far the filling of one store has come, in a file of its own."""

    path: Path
    until: datetime
    schema: str
    """A digest of the scripts that made the store."""
    days: int = -1
    """That are there; -1 before the accounts are."""
    uses: Counter[str] | None = None

    @classmethod
    def of(cls, path: Path, now: datetime, schema: str) -> "Progressed":
        """At the very beginning where there is none, or one of another schema."""
        read: Mapping[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        if read.get("schema") != schema:
            return cls(path, now, schema)
        return cls(path, datetime.fromisoformat(read["until"]), schema, read["days"], Counter(read["uses"]))

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "until": self.until.isoformat(),
            "schema": self.schema,
            "days": self.days,
            "uses": dict(self.uses or {}),
        }
        self.path.write_text(json.dumps(told))

    @property
    def is_whole(self) -> bool:
        return self.days == DAYS


async def fill(
    population: Population,
    filling: Filling,
    come: Progressed,
    console: Console,
    title: str,
    settled: Callable[[], None] = lambda: None,
) -> None:
    """Goes on where it was interrupted; ``settled`` is called before each point from which it can go on."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=population.videos)
        if come.days < 0:
            accounts = population.accounts
            for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
                await filling.add_accounts(accounts[start : start + ACCOUNTS_AT_ONCE])
            come.days = 0
        bar.update(
            task, completed=population.numbers(come.days).start if come.days < DAYS else population.videos
        )
        for day in range(come.days, DAYS):
            await filling.add_uploads(list(population.uploads(day)))
            bar.update(task, completed=population.numbers(day).stop)
            if (day + 1) % SETTLE_EVERY == 0 or day + 1 == DAYS:
                await filling.settle()
                settled()
                come.days = day + 1
                come.save()
        await filling.finish()
