"""The command that writes down what the API is."""

from tempfile import TemporaryDirectory

import typer
import yaml

from killrvideo.bootstrap import build
from killrvideo.cli.running import settings_with

WIDTH = 110


def openapi() -> None:
    """Print the API's description (OpenAPI 3.1) as YAML."""
    # A house is needed to ask, but nothing is kept in it.
    with TemporaryDirectory() as folder:
        document = build(settings_with(data_dir=folder)).web_app().openapi()
    typer.echo(
        yaml.dump(document, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=WIDTH), nl=False
    )


class _Readable(yaml.SafeDumper):
    """Keeps the lines of texts that have several, and repeats what is the same instead of naming it."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: _Readable, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)
_Readable.add_multi_representer(str, _text)
