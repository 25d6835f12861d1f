"""Where catalogues come from and go to: folders, and object stores by way of a temporary one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from killrvideo.adapters.blobs import fetch_folder, refuse_occupied, send_folder
from killrvideo.adapters.killrvideo_csv import written_folder
from killrvideo.bootstrap import Settings, blobs_at
from killrvideo.cli.progress import ByteBar

SCRATCH = "killrvideo-"

NewPlace = Annotated[
    str,
    typer.Argument(
        metavar="DIR|ADDRESS",
        help="Folder to write, or an address such as s3://bucket/prefix; it must be new or empty.",
    ),
]
"""Where `folder_for` writes to."""


@contextmanager
def folder_from(place: str, settings: Settings) -> Iterator[Path]:
    """The folder itself, or what is at the address. Raises CatalogueRefused, InvalidInput, Unavailable."""
    if not _is_address(place):
        yield Path(place)
        return
    blobs = blobs_at(place, settings)
    with TemporaryDirectory(prefix=SCRATCH) as scratch:
        with ByteBar("fetching") as bar:
            asyncio.run(fetch_folder(blobs, place, Path(scratch), bar))
        yield Path(scratch)


@contextmanager
def folder_for(place: str, settings: Settings) -> Iterator[Path]:
    """A folder to write into; what is in it at the end goes to the place. Raises as `folder_from` does."""
    if not _is_address(place):
        with written_folder(Path(place)) as draft:
            yield draft
        return
    blobs = blobs_at(place, settings)
    asyncio.run(refuse_occupied(blobs, place))
    with TemporaryDirectory(prefix=SCRATCH) as scratch:
        yield Path(scratch)
        with ByteBar("sending") as bar:
            asyncio.run(send_folder(blobs, Path(scratch), bar))


def _is_address(place: str) -> bool:
    return "://" in place
