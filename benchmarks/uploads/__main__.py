"""`python -m benchmarks.uploads`: files over lines that break, with chunks that are damaged on their way.

Settings of the server come from the environment, so that it can be tried on any store and with any place for
files. Ends with exit code 1 if a file is corrupt, or too much was sent again.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.uploads.run import Plan, Report, run

MEGABYTE = 1024 * 1024
MOST_ABOVE = 0.01
"""Of the files' bytes: what may be sent again beyond the chunks that were cut off or damaged."""
console = Console()


def main() -> None:
    chosen = _parser().parse_args()
    plan = Plan(
        uploads=chosen.uploads,
        cuts=chosen.cuts,
        sizes=range(MEGABYTE, chosen.largest * MEGABYTE),
        seed=chosen.seed,
        kills=chosen.kills,
    )
    ours = {name: value for name, value in os.environ.items() if name.startswith("KILLRVIDEO_")}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(plan, Path(folder), ours))
    console.print(_table(report, time.perf_counter() - began))
    if report.corrupt or report.tally.share_above >= MOST_ABOVE:
        console.print(f"Not as it should be; corrupt: {', '.join(report.corrupt) or 'none'}.")
        sys.exit(1)


def _table(report: Report, seconds: float) -> Table:
    tally = report.tally
    rows = {
        "corrupt files": str(len(report.corrupt)),
        "megabytes of files": f"{tally.size / MEGABYTE:,.1f}",
        "megabytes sent": f"{tally.sent / MEGABYTE:,.1f}",
        "in chunks that were cut off or damaged": f"{tally.broken / MEGABYTE:,.1f}",
        "sent again": f"{tally.again / MEGABYTE:,.1f} ({tally.again / tally.size:.1%} of the files)",
        "of it above the broken chunks": f"{tally.share_above:.2%}",
        "lines cut": str(tally.cuts),
        "chunks damaged": str(tally.damages),
        "answers 409, 423, 503": str(tally.refusals),
        "deaths of the server": str(report.deaths),
        "blobs that nothing names": str(report.littered),
        "seconds": f"{seconds:.0f}",
    }
    table = Table("What", "", box=None, header_style="bold")
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--uploads", type=int, default=50, help="files (50)")
    parser.add_argument("--cuts", type=int, default=10, help="cuts of each (10)")
    parser.add_argument("--largest", type=int, default=24, help="megabytes of the largest file (24)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is left to chance (1)")
    parser.add_argument("--kills", action="store_true", help="kill the server every few seconds, too")
    return parser


if __name__ == "__main__":
    main()
