"""What goes wrong, said in one line and without a stack trace, for whoever typed the command."""

import typer

from killrvideo.adapters.credentials import KeyFileError
from killrvideo.adapters.migrations import MigrationRefused
from killrvideo.bootstrap import SettingsError
from killrvideo.domain.errors import Refusal
from killrvideo.domain.housekeeping import SweepRefused
from killrvideo.service_interfaces.catalogue import CatalogueRefused
from killrvideo.service_interfaces.learning import LearningRefused
from killrvideo.service_interfaces.moving import MoveRefused


class CannotServe(Exception):
    """The address cannot be listened at, or not in this way; ``str`` says why and what to do."""


MENDABLE = (
    CannotServe,
    CatalogueRefused,
    KeyFileError,
    LearningRefused,
    MigrationRefused,
    MoveRefused,
    Refusal,
    SettingsError,
    SweepRefused,
)
"""Errors that say themselves what is wrong."""


def complain(error: Exception) -> None:
    typer.echo(f"killrvideo: {_sentence(error)}", err=True)


def _sentence(error: Exception) -> str:
    if isinstance(error, MENDABLE):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(part for part in (str(error.filename or ""), error.strerror) if part)
    name = type(error).__name__
    return f"Something unexpected went wrong ({name}: {error}). The log may say more; --debug shows where."
