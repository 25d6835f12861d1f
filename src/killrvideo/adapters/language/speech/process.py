"""``python -m killrvideo.adapters.language.speech.process``: hears one file of sound and ends.

It is told a `Wish` on standard input and answers with `Line` after `Line` on standard output. It ends as soon
as the input does: with whoever started it, however that ends.
"""

import os
import sys
from collections.abc import Iterator
from threading import Thread
from typing import BinaryIO

from killrvideo.adapters.language.speech.listening import Listener
from killrvideo.adapters.language.speech.messages import Line, Wish

NICENESS = 10


def main() -> None:
    answers = _own_output()
    wish = Wish.model_validate_json(sys.stdin.buffer.readline())
    Thread(target=_end_with_input, daemon=True).start()
    os.nice(NICENESS)
    for line in _lines(wish):
        answers.write(line.model_dump_json(exclude_defaults=True).encode() + b"\n")
        answers.flush()


def _lines(wish: Wish) -> Iterator[Line]:
    try:
        yield from Listener(wish).lines()
    except Exception as fault:
        # Whatever it is, the server is to log it.
        yield Line(fault=repr(fault), is_last=True)


def _own_output() -> BinaryIO:
    """Standard output for nothing but the answers: what libraries print goes where errors go."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
