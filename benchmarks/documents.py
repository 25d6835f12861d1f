"""Writing a chapter of a document anew, and leaving its others alone."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HEADING = "## "


def write_chapter(path: Path, title: str | None, lines: Iterable[str]) -> None:
    """In place of the chapter of that title, or at the end; without a title, in place of what comes first."""
    chapters = _chapters(path.read_text("utf-8").splitlines() if path.exists() else [])
    written = [f"{HEADING}{title}", "", *lines] if title else list(lines)
    chapters[title or ""] = written
    text = "\n".join(line for chapter in chapters.values() for line in (*_without_blank_end(chapter), ""))
    path.write_text(text.strip("\n") + "\n", encoding="utf-8")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """As Markdown."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def machine() -> str:
    """What the figures were measured on."""
    name = next(_processor_names(), platform.machine())
    return f"{name}, {_cores()} cores, {platform.system()}, Python {platform.python_version()}"


def _chapters(lines: Sequence[str]) -> dict[str, list[str]]:
    chapters: dict[str, list[str]] = {"": []}
    current = ""
    for line in lines:
        if line.startswith(HEADING):
            current = line.removeprefix(HEADING).strip()
        chapters.setdefault(current, []).append(line)
    return chapters


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _processor_names() -> Iterator[str]:
    """Linux only."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text().splitlines() if told.exists() else ():
        if line.startswith("model name"):
            yield line.partition(":")[2].strip()


def _cores() -> int:
    return os.cpu_count() or 1
