"""Bars on a terminal: one for each kind of row, for the bytes of files, and for what goes through stages."""

from collections.abc import Iterable

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from killrvideo.cli.running import printer


class Bars:
    """Keeps the Progress of catalogues and of moves; elsewhere than on a terminal nothing is shown."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._bars = _bars(MofNCompleteColumn())
        self._tasks = {kind: self._bars.add_task(kind, total=None) for kind in kinds}

    def __enter__(self) -> "Bars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def expect(self, kind: str, rows: int) -> None:
        self._bars.update(self._tasks[kind], total=rows)

    def advance(self, kind: str, rows: int) -> None:
        self._bars.advance(self._tasks[kind], rows)


class Counts:
    """How many of each kind were looked at, where nobody knows how many there are."""

    def __init__(self) -> None:
        console = printer()
        self._bars = Progress(
            TextColumn("looking at {task.description}"),
            TextColumn("{task.completed:,.0f}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Counts":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def advance(self, kind: str, rows: int) -> None:
        if kind not in self._tasks:
            self._tasks[kind] = self._bars.add_task(kind, total=None)
        self._bars.advance(self._tasks[kind], rows)


class ByteBar:
    """Keeps ByteProgress, in the same way."""

    def __init__(self, what: str) -> None:
        self._bars = _bars(DownloadColumn(binary_units=True))
        self._task = self._bars.add_task(what, total=None)

    def __enter__(self) -> "ByteBar":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def expect(self, total: int) -> None:
        self._bars.update(self._task, total=total)

    def advance(self, count: int) -> None:
        self._bars.advance(self._task, count)


class StageBars:
    """One for each thing, with the stage that it is in."""

    def __init__(self, things: Iterable[str]) -> None:
        self._bars = _bars(TextColumn("{task.fields[stage]}"))
        self._tasks = {thing: self._bars.add_task(thing, total=100, stage="") for thing in things}

    def __enter__(self) -> "StageBars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, thing: str, stage: str, percent: int) -> None:
        self._bars.update(self._tasks[thing], completed=percent, stage=stage)


def _bars(count: ProgressColumn) -> Progress:
    console = printer()
    return Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        count,
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
