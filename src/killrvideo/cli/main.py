"""The command ``killrvideo``: every verb, and what becomes of errors.

Exit codes: 0 when it is done, 1 when it was refused or failed, 2 when the command line is wrong.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from killrvideo import __version__
from killrvideo.cli import (
    data,
    description,
    embedding,
    events,
    experiments,
    housekeeping,
    learning,
    moving,
    people,
    serve,
)
from killrvideo.cli.complaints import complain

DEBUG = "--debug"

app = typer.Typer(
    name="killrvideo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve.serve,
    "worker": serve.worker,
    "migrate": data.migrate,
    "seed": data.seed,
    "import": data.import_catalogue,
    "import-captions": data.import_captions,
    "export": data.export,
    "embed": embedding.embed,
    "learn": learning.learn,
    "export-interactions": learning.export_interactions,
    "move-out": moving.move_out,
    "move-in": moving.move_in,
    "compare": moving.compare,
    "sweep": housekeeping.sweep,
    "grant": people.grant,
    "revoke": people.revoke,
    "set-password": people.set_password,
    "openapi": description.openapi,
    "asyncapi": events.asyncapi,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(events.app)
app.add_typer(experiments.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"killrvideo {__version__}")
        raise typer.Exit


@app.callback()
def killrvideo(
    _debug: Annotated[bool, typer.Option(DEBUG, help="Show errors with all that led to them.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    """The back end of KillrVideo, a video-sharing reference application.

    Settings come from options, else from variables named KILLRVIDEO_*, else from a file named .env.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the process. ``arguments`` are those of the process unless given."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        app(words, prog_name="killrvideo")
    except Exception as error:
        if DEBUG in words:
            raise
        complain(error)
        sys.exit(1)
