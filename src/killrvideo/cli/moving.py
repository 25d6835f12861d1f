"""Commands for moving house: everything out into an archive, everything in from one, and a comparison."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

import typer

from killrvideo.adapters.house_archive import ArchiveFolder, ArchiveFolderWriter, open_archive
from killrvideo.bootstrap import House, Settings
from killrvideo.cli.folders import NewPlace, folder_for, folder_from
from killrvideo.cli.progress import Bars, ByteBar
from killrvideo.cli.running import DataDir, in_house, printer, settings_with
from killrvideo.features.moving import Difference, Moving
from killrvideo.service_interfaces.moving import HoldingKind

SHOWN = 20
"""Differences that are printed in full."""

Archive = Annotated[
    str,
    typer.Argument(
        metavar="DIR|ADDRESS",
        help="Folder that move-out wrote, or the address of one, such as s3://bucket/prefix.",
    ),
]


def move_out(
    place: NewPlace,
    data_dir: DataDir = None,
) -> None:
    """Write everything that is kept into an archive, which move-in reads into any other store.

    It holds what nobody may see and password hashes, so keep it as safe as the store itself. Stop servers
    and workers first; a store in a file may go on. Sessions, jobs and events stay behind.
    """
    settings = settings_with(data_dir=data_dir)
    with folder_for(place, settings) as draft:

        async def leave(house: House) -> Mapping[HoldingKind, int]:
            with Bars(HoldingKind) as bars:
                return await _moving(house).leave(ArchiveFolderWriter(draft), bars)

        counts = in_house(settings, leave)
    printer().print(f"Wrote {_listed(counts)} to {place}.", soft_wrap=True)


def move_in(place: Archive, data_dir: DataDir = None) -> None:
    """Put everything of an archive into an empty store. Run again after a crash, it goes on.

    The archive is checked as a whole first. Everybody has to sign in anew afterwards.
    """
    settings = settings_with(data_dir=data_dir)
    with _archive(place, settings) as archive:

        async def enter(house: House) -> Mapping[HoldingKind, int]:
            with Bars(HoldingKind) as bars:
                return await _moving(house).enter(archive, bars)

        counts = in_house(settings, enter)
    printer().print(f"Moved in: {_listed(counts)}. Everybody signs in anew.", soft_wrap=True)


def compare(place: Archive, data_dir: DataDir = None) -> None:
    """Say whether the store keeps exactly what an archive holds; ends with exit code 1 if not."""
    settings = settings_with(data_dir=data_dir)
    with _archive(place, settings) as archive:

        async def compared(house: House) -> list[Difference]:
            return list(await _moving(house).compare(archive))

        found = in_house(settings, compared)
    if not found:
        printer().print(f"The store keeps exactly what {place} holds.", soft_wrap=True)
        return
    for difference in found[:SHOWN]:
        printer().print(_told(difference), soft_wrap=True)
    printer().print(f"{len(found)} differences between the store and {place}.", soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def _archive(place: str, settings: Settings) -> Iterator[ArchiveFolder]:
    with folder_from(place, settings) as folder:
        with ByteBar("checking") as bar:
            archive = open_archive(folder, bar)
        yield archive


def _moving(house: House) -> Moving:
    return Moving(house.storage.holdings, house.foundations.clock)


def _listed(counts: Mapping[HoldingKind, int]) -> str:
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items())


def _told(difference: Difference) -> str:
    """Which row it is; what it says can be anybody's secret."""
    if difference.here is None:
        where = "only in the archive"
    elif difference.there is None:
        where = "only in the store"
    else:
        where = "not the same"
    return f"{difference.kind} {difference.key}: {where}"
