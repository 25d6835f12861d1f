"""The command that looks for what lies about, and removes it when told to."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.table import Table

from killrvideo.bootstrap import House
from killrvideo.cli.progress import Counts
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.housekeeping import Found, Litter

MEGABYTE = 1_000_000
Adopt = Annotated[
    bool, typer.Option("--adopt", help="The files are this database's alone, whatever their mark says.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Remove what is found; without it nothing is removed.")]


def sweep(yes: Yes = False, adopt: Adopt = False, data_dir: DataDir = None) -> None:
    """Show files that nothing needs any more, and with --yes remove them. Workers do so once a day.

    Uploads that were given up, pieces that a crash left, files of purged videos or of earlier makings of a
    video, unfinished writes. Nothing is touched that is younger than a day. It may run beside servers. Where
    the files may be another database's nothing is removed before --adopt was given.
    """

    async def swept(house: House) -> Mapping[Litter, Found]:
        keeping = house.application.housekeeping
        if adopt:
            await keeping.marks.adopt()
        if yes:
            await keeping.mark()
            await keeping.marks.check()
        uploads = await house.application.uploads.removing.sweep(operator_origin(house), removes=yes)
        with Counts() as progress:
            files = await keeping.sweep(removes=yes, progress=progress)
        return {Litter.UPLOADS: uploads, **files}

    found = in_house(settings_with(data_dir=data_dir), swept)
    printer().print(_table(found))
    if not any(each.count for each in found.values()):
        printer().print("There is nothing to remove.")
    elif yes:
        printer().print("All of it is removed.")
    else:
        printer().print("Nothing was removed; killrvideo sweep --yes removes it.", soft_wrap=True)


def _table(found: Mapping[Litter, Found]) -> Table:
    table = Table("What", box=None, header_style="bold")
    table.add_column("How many", justify="right")
    table.add_column("MB", justify="right")
    for litter, each in found.items():
        size = "" if litter is Litter.DRAFTS else f"{each.size / MEGABYTE:,.1f}"
        table.add_row(litter.value, f"{each.count:,}", size)
    return table
