"""What a hostile file would like to be opened, and what notices that it is: a file, and a server."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread


@contextmanager
def unread_file(path: Path) -> Iterator[Path]:
    """A named pipe, which cannot be opened without whoever waits at its other end taking notice."""
    os.mkfifo(path)
    opened = Event()

    def wait() -> None:
        os.close(os.open(path, os.O_WRONLY))
        opened.set()

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield path
        assert not opened.is_set(), f"{path.name} was opened"
    finally:
        end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        waiting.join()
        os.close(end)


@contextmanager
def unasked_server() -> Iterator[str]:
    """The address of a server that nobody may ask for anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        try:
            listening.accept()
        except BlockingIOError:
            return
        raise AssertionError("the server was asked")
