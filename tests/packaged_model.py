"""The embedding model that the packages bring, for tests of what it says; for every event loop."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from killrvideo.adapters.language.embeddings.choice import ChosenEmbeddings
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.service_interfaces.language import EmbeddingModel
from killrvideo.settings.model import Settings


@contextmanager
def packaged_embeddings() -> Iterator[EmbeddingModel]:
    with packaged_models() as models:
        yield models.current


@contextmanager
def packaged_models() -> Iterator[ChosenEmbeddings]:
    models = embeddings_of(Settings(_env_file=None))
    yield models
    asyncio.run(models.close())
