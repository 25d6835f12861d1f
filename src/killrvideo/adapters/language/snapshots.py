"""Models of a hub, downloaded by its own client, which keeps them: see ``HF_HOME`` and its other variables.

Imported with the first need, since the client brings much along.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError
from huggingface_hub.utils.tqdm import disable_progress_bars

M = TypeVar("M")


def snapshot(
    repository: str,
    revision: str | None,
    wanted: Sequence[str],
    read: Callable[[Path], M],
    *,
    address: str | None = None,
    kept_in: Path | None = None,
) -> M:
    """What ``read`` makes of the folder with the ``wanted`` files (patterns); it raises ValueError for one
    that is not complete. What was downloaded before is used as it is, without asking. ``address`` and
    ``kept_in`` are the client's own unless they are told.

    Raises ValueError for what is no model that we can use, OSError, the client's own errors.
    """
    disable_progress_bars()

    def folder(*, offline: bool) -> Path:
        return Path(
            snapshot_download(
                repository,
                revision=revision,
                cache_dir=kept_in,
                endpoint=address,
                allow_patterns=list(wanted),
                local_files_only=offline,
                max_workers=2,
            )
        )

    try:
        return read(folder(offline=True))
    except (LocalEntryNotFoundError, ValueError):
        # It was never downloaded, or not to the end.
        return read(folder(offline=False))
