"""Models of a hub, downloaded by its own client, which keeps them: see ``HF_HOME`` and its other variables.

Imported with the first text, since the client brings much along.
"""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError

from killrvideo.adapters.language.embeddings.files import ModelFiles
from killrvideo.adapters.language.embeddings.folders import (
    POOLING,
    SETTINGS,
    TOKENIZERS,
    WEIGHTS,
    read_folder,
)

WANTED = [*SETTINGS, POOLING, *TOKENIZERS, *(f"{weights}*" for weights in WEIGHTS)]


def hub_model(repository: str, revision: str | None) -> ModelFiles:
    """What was downloaded before is used as it is. Raises ValueError, OSError, the client's own errors."""
    try:
        return read_folder(_snapshot(repository, revision, offline=True), repository)
    except (LocalEntryNotFoundError, ValueError):
        # It was never downloaded, or not to the end.
        return read_folder(_snapshot(repository, revision, offline=False), repository)


def _snapshot(repository: str, revision: str | None, *, offline: bool) -> Path:
    return Path(
        snapshot_download(
            repository, revision=revision, allow_patterns=WANTED, local_files_only=offline, max_workers=2
        )
    )
