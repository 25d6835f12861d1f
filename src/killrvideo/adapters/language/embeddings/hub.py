"""Models of a hub, downloaded by its own client, which keeps them: see ``HF_HOME`` and its other variables.

Imported with the first text, since the client brings much along.
"""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError
from huggingface_hub.utils.tqdm import disable_progress_bars

from killrvideo.adapters.language.embeddings.files import ModelFiles
from killrvideo.adapters.language.embeddings.folders import (
    POOLING,
    SETTINGS,
    TOKENIZERS,
    WEIGHTS,
    read_folder,
)

WANTED = [*SETTINGS, POOLING, *TOKENIZERS, *(f"{weights}*" for weights in WEIGHTS)]


def hub_model(
    repository: str, revision: str | None, *, address: str | None = None, kept_in: Path | None = None
) -> ModelFiles:
    """What was downloaded before is used as it is, without asking. ``address`` and ``kept_in`` are the
    client's own unless they are told.

    Raises ValueError for what is no model that we can use, OSError, the client's own errors.
    """
    disable_progress_bars()

    def read(*, offline: bool) -> ModelFiles:
        folder = snapshot_download(
            repository,
            revision=revision,
            cache_dir=kept_in,
            endpoint=address,
            allow_patterns=WANTED,
            local_files_only=offline,
            max_workers=2,
        )
        return read_folder(Path(folder), repository)

    try:
        return read(offline=True)
    except (LocalEntryNotFoundError, ValueError):
        # It was never downloaded, or not to the end.
        return read(offline=False)
