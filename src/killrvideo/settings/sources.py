"""Where settings come from: arguments, else the environment, else a ``.env`` file, else the defaults."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError as UnreadableSource

from killrvideo.settings.model import PREFIX, Settings

DOT_ENV = Path(".env")
"""In the working directory."""


class SettingsError(Exception):
    """The settings cannot be used. ``lines`` are all reasons, each a readable one without any secret."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(("The settings cannot be used:", *(f"  - {line}" for line in lines))))
        self.lines = lines


def load_settings(arguments: Mapping[str, Any] | None = None, *, env_file: Path | None = DOT_ENV) -> Settings:
    """The settings of this process; raises SettingsError. ``arguments`` are by field name."""
    try:
        return Settings(_env_file=env_file, **dict(arguments or {}))
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None
    except (UnreadableSource, OSError, UnicodeError):
        raise SettingsError((f"{env_file} cannot be read as a list of NAME=value in UTF-8.",)) from None


def _lines(error: ValidationError) -> tuple[str, ...]:
    return tuple(
        line for fault in error.errors(include_input=False) for line in _explained(fault["loc"], fault["msg"])
    )


def _explained(place: tuple[int | str, ...], message: str) -> list[str]:
    sentences = message.removeprefix("Value error, ").splitlines()
    if not place:
        return sentences
    return [f"{PREFIX}{str(place[0]).upper()}: {sentence}" for sentence in sentences]
