"""The command as an operator runs it: a process in an empty folder, with no settings but its own.

Commands that end are forked from a process that has imported everything once, since importing takes longer
than most of them; servers, workers and what draws on a terminal are started as an operator would.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from killrvideo.cli.main import main
from tests.forking import FORKS

COMMAND = (sys.executable, "-m", "killrvideo")
CHEAP = {
    "KILLRVIDEO_ARGON2_MEMORY_KIB": "8",
    "KILLRVIDEO_ARGON2_TIME": "1",
    "KILLRVIDEO_DURABILITY": "off",
}
PATIENCE = 60
"""Seconds after which a command is taken for stuck."""


class Folder:
    """Where commands run, and where they keep their store: in ``var``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def environment(self, **settings: str) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("KILLRVIDEO_")}
        named = {f"KILLRVIDEO_{name.upper()}": value for name, value in settings.items()}
        return bare | CHEAP | named

    def run(self, *words: str | Path, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        command = [str(word) for word in words]
        with TemporaryDirectory() as apart:
            streams = [Path(apart, name) for name in ("in", "out", "err")]
            for stream in streams:
                stream.write_text(typed if stream.name == "in" else "")
            process = FORKS.Process(
                target=_command, args=(command, self.path, self.environment(**settings), streams)
            )
            process.start()
            process.join(PATIENCE)
            assert process.exitcode is not None, "The command is stuck."
            printed, said = (stream.read_text() for stream in streams[1:])
        return subprocess.CompletedProcess(command, process.exitcode, printed, said)

    def done(self, *words: str | Path, typed: str = "", **settings: str) -> str:
        """What a command that must succeed prints."""
        ended = self.run(*words, typed=typed, **settings)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
        return ended.stdout

    def refused(self, *words: str | Path, **settings: str) -> str:
        """The complaint of a command that must be refused: for people, so without a stack trace."""
        ended = self.run(*words, **settings)
        assert ended.returncode == 1, ended.stderr
        assert ended.stderr.startswith("killrvideo: ")
        assert "Traceback" not in ended.stderr
        return ended.stderr.removeprefix("killrvideo: ").rstrip("\n")

    def on_terminal(self, *words: str | Path) -> str:
        """What a command prints on a terminal, without its colours."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*COMMAND, *map(str, words)], cwd=self.path, env=self.environment(), stdout=theirs, stderr=theirs
        ):
            os.close(theirs)
            printed = b"".join(iter(lambda: _read(ours), b"")).decode()
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed)

    @contextmanager
    def running(
        self, *words: str | Path, until: str, **settings: str
    ) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A command that keeps running, and what it printed up to the line that matches ``until``."""
        with subprocess.Popen(
            [*COMMAND, *map(str, words)],
            cwd=self.path,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                yield process, _read_until(process, until)
            finally:
                process.kill()


def _command(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[Path]
) -> None:
    """In a process of its own: becomes the command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate(streams):
        opened = os.open(stream, os.O_RDONLY if number == 0 else os.O_WRONLY)
        os.dup2(opened, number)
    sys.stdin = os.fdopen(0, closefd=False)
    main(words)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Nobody writes to it any more.
        os.close(terminal)
        return b""


def _read_until(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if re.search(pattern, line):
            return printed
    raise AssertionError(f"It ended after printing: {printed!r}")
