"""A folder that appears with everything in it, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from killrvideo.service_interfaces.catalogue import CatalogueRefused


@contextmanager
def written_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target to write into, which takes the target's name at the end.

    Raises CatalogueRefused if the target is there and not an empty folder, or cannot be written.
    """
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise CatalogueRefused(f"{target} is there already and not empty; name a new folder.")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        yield draft
        _appear(draft, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _appear(draft: Path, target: Path) -> None:
    for file in draft.iterdir():
        _flush(file)
    # Takes the place of an empty folder; fails if somebody filled it meanwhile.
    draft.rename(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(target: Path, error: OSError) -> CatalogueRefused:
    return CatalogueRefused(f"{target} cannot be written: {error.strerror}.")
