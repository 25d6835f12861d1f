"""What a folder has taken in stays through a power cut: it is on the disk, with every name on the way to it.

The library writes a draft and renames it, and leaves both to the system's memory, from which they come to the
disk up to half a minute later.
"""

import os
from contextlib import suppress
from pathlib import Path


def flush(root: Path, key: str) -> None:
    """Returns once the file and the folders from its own up to the root are on the disk. Blocks; raises
    OSError where the disk does not take them.
    """
    for path in _way_to(root, root / key):
        # Whoever deletes it at the same moment has nothing to lose.
        with suppress(FileNotFoundError):
            _flush(path)


def made(folder: Path) -> Path:
    """The folder, which is there with its names, if it was not yet. Raises OSError."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _flush(path.parent)
    return folder


def _way_to(root: Path, path: Path) -> list[Path]:
    return [path, *(folder for folder in path.parents if folder.is_relative_to(root))]


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
