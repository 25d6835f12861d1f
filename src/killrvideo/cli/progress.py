"""A bar for each kind of row, on a terminal."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from killrvideo.cli.running import printer
from killrvideo.service_interfaces.catalogue import Kind


class Bars:
    """Keeps the Progress of catalogues; elsewhere than on a terminal nothing is shown."""

    def __init__(self) -> None:
        console = printer()
        self._bars = Progress(
            TextColumn("{task.description:<9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks = {kind: self._bars.add_task(kind, total=None) for kind in Kind}

    def __enter__(self) -> "Bars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def expect(self, kind: Kind, rows: int) -> None:
        self._bars.update(self._tasks[kind], total=rows)

    def advance(self, kind: Kind, rows: int) -> None:
        self._bars.advance(self._tasks[kind], rows)
