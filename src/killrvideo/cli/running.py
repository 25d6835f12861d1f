"""What every command needs: the settings with its options on top, and an open house to do its work in."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from killrvideo.bootstrap import House, Settings, build, load_settings
from killrvideo.domain.events import Origin
from killrvideo.observability.logging import set_up_logging

T = TypeVar("T")

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder of everything that is kept, in place of KILLRVIDEO_DATA_DIR."),
]


def settings_with(**options: object) -> Settings:
    """The settings, with those options on top that were given. Raises SettingsError. Sets the log up."""
    given = {name: value for name, value in options.items() if value is not None}
    settings = load_settings(given)
    set_up_logging(settings.log_level, settings.log_format)
    return settings


def in_house(settings: Settings, work: Callable[[House], Awaitable[T]], *, workers: bool = False) -> T:
    """Does the work in a house, by itself without workers, which is opened for it and closed after it."""

    async def opened() -> T:
        async with build(settings).opened(workers=workers) as house:
            return await work(house)

    return asyncio.run(opened())


def operator_origin(house: House) -> Origin:
    """Stands on what this one command changes; nobody is signed in."""
    return Origin(correlation_id=str(house.foundations.ids.new()))


def printer() -> Console:
    """Standard output, without colours where it is no terminal. What is printed is text and no markup."""
    return Console(highlight=False, markup=False, emoji=False)
