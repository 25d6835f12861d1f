"""Embedding models of a hub. Imported with the first text, since the hub's client brings much along."""

from pathlib import Path

from killrvideo.adapters.language.embeddings.files import ModelFiles
from killrvideo.adapters.language.embeddings.folders import (
    POOLING,
    SETTINGS,
    TOKENIZERS,
    WEIGHTS,
    read_folder,
)
from killrvideo.adapters.language.snapshots import snapshot

WANTED = [*SETTINGS, POOLING, *TOKENIZERS, *(f"{weights}*" for weights in WEIGHTS)]


def hub_model(
    repository: str, revision: str | None, *, address: str | None = None, kept_in: Path | None = None
) -> ModelFiles:
    """Raises as `snapshot` does."""

    def read(folder: Path) -> ModelFiles:
        return read_folder(folder, repository)

    return snapshot(repository, revision, WANTED, read, address=address, kept_in=kept_in)
