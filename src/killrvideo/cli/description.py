"""The command that writes down what the API is."""

import typer

from killrvideo.api.app import description


def openapi() -> None:
    """Print the API's description (OpenAPI 3.1) as YAML."""
    typer.echo(description(), nl=False)
