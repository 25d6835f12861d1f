"""Commands for what is kept: its schema, the demo, and whole catalogues in and out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from killrvideo.adapters.caption_files import CaptionFiles
from killrvideo.adapters.demo_catalogue import DemoCatalogue
from killrvideo.adapters.demo_clips import Script, scripts
from killrvideo.adapters.killrvideo_csv import CsvSink, CsvSource
from killrvideo.bootstrap import House, Settings
from killrvideo.cli.demo_accounts import demo_table
from killrvideo.cli.demo_clips import bring_clips, lacks_clips
from killrvideo.cli.folders import NewPlace, folder_for, folder_from
from killrvideo.cli.progress import Bars
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.access import Role
from killrvideo.domain.errors import NotAllowed
from killrvideo.features.transfer import LoadReport, SaveReport
from killrvideo.service_interfaces.catalogue import Kind

Strict = Annotated[bool, typer.Option("--strict", help="End with exit code 1 if any row was left out.")]


def migrate(data_dir: DataDir = None) -> None:
    """Make the store, or bring its schema up to date. Every other command does so by itself."""

    async def nothing_more(house: House) -> None:
        await house.application.check()

    settings = settings_with(data_dir=data_dir)
    in_house(settings, nothing_more)
    printer().print(f"The store in {settings.data_dir} is up to date.", soft_wrap=True)


def seed(
    data_dir: DataDir = None,
    _demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo catalogue, which is so far the only one.")
    ] = False,
    clips: Annotated[
        bool, typer.Option(help="Make a few short clips with ffmpeg, and upload them as the demo's creator.")
    ] = True,
) -> None:
    """Load the demo catalogue: videos, comments, ratings, and accounts to sign in with; and clips of our own.

    Does nothing where all is there already.
    """
    settings = settings_with(data_dir=data_dir)
    if settings.environment == "production":
        raise NotAllowed("Everybody knows the passwords of the demo accounts: not in production.")
    wanted = scripts() if clips else []
    if in_house(settings, lambda house: _seed(house, wanted)):
        bring_clips(settings, wanted)


async def _seed(house: House, wanted: Sequence[Script]) -> bool:
    """Whether clips are lacking then."""
    transfer, catalogue = house.application.transfer, DemoCatalogue()
    if await transfer.has(catalogue):
        printer().print("The demo catalogue is loaded already.")
    else:
        _show_loaded(await transfer.load_whole(operator_origin(house), catalogue))
    summary = await house.application.overview.summary()
    printer().print(demo_table(summary.demo_accounts))
    return await lacks_clips(house, wanted)


def import_catalogue(
    place: Annotated[
        str,
        typer.Argument(
            metavar="DIR|ADDRESS",
            help="Folder with users.csv, videos.csv, comments.csv and so on, or the address of an export, "
            "such as s3://bucket/prefix.",
        ),
    ],
    strict: Strict = False,
    data_dir: DataDir = None,
) -> None:
    """Load accounts, videos, comments, ratings and captions from CSV files, as the public data set has them.

    What is there already is left as it is, so that loading again does no harm. Bad rows are named by
    file and line, and left out. Imported accounts have no password; set-password gives them one.
    What comes from an address is fetched first, and refused unless it is what its manifest says.
    """
    settings = settings_with(data_dir=data_dir)
    with folder_from(place, settings) as folder:
        source = CsvSource(folder, _new_account_roles(settings))

        async def load(house: House) -> LoadReport:
            with Bars(Kind) as bars:
                return await house.application.transfer.load(operator_origin(house), source, bars)

        report = in_house(settings, load)
    _show_loaded(report)
    if strict and report.bad:
        raise typer.Exit(1)


def import_captions(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder of files that are called VIDEO-ID.LANGUAGE.vtt or .srt."),
    ],
    strict: Strict = False,
    data_dir: DataDir = None,
) -> None:
    """Load captions of videos that are there. Captions that are there already are left as they are."""

    async def load(house: House) -> LoadReport:
        source = CaptionFiles(folder, house.foundations.clock)
        with Bars(Kind) as bars:
            return await house.application.transfer.load(operator_origin(house), source, bars)

    report = in_house(settings_with(data_dir=data_dir), load)
    _show_loaded(report)
    if strict and report.bad:
        raise typer.Exit(1)


def export(
    place: NewPlace,
    data_dir: DataDir = None,
) -> None:
    """Write accounts, public videos, comments and ratings as CSV files that import reads, and captions.

    The folder appears when everything is in it; at an address a manifest, written last, says that all is
    there. Passwords are not exported.
    """
    settings = settings_with(data_dir=data_dir)
    with folder_for(place, settings) as draft:

        async def save(house: House) -> SaveReport:
            with Bars(Kind) as bars:
                return await house.application.transfer.save(CsvSink(draft), bars)

        report = in_house(settings, save)
    written = ", ".join(f"{count} {kind}" for kind, count in report.written.items())
    printer().print(f"Wrote {written} to {place}.", soft_wrap=True)
    if report.unfinished:
        printer().print(f"Left out {report.unfinished} videos that are not READY.")


def _new_account_roles(settings: Settings) -> list[Role]:
    return [Role(role) for role in settings.registration_roles]


def _show_loaded(report: LoadReport) -> None:
    for row in report.bad:
        typer.echo(str(row), err=True)
    table = Table("", "added", "already there", "left out")
    for column in table.columns[1:]:
        column.justify = "right"
    for kind in Kind:
        tally = report.tallies[kind]
        table.add_row(kind, str(tally.added), str(tally.present), str(len(tally.bad)))
    printer().print(table)
