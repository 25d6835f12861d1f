"""A model that is loaded once for all tests here, and what stands in for models elsewhere."""

from collections.abc import Iterator

import pytest

from killrvideo.service_interfaces.language import EmbeddingModel
from tests.packaged_model import packaged_embeddings
from tests.stand_ins.model_endpoint import ModelEndpoint, model_endpoint


@pytest.fixture(scope="session")
def minilm() -> Iterator[EmbeddingModel]:
    with packaged_embeddings() as model:
        yield model


@pytest.fixture
def elsewhere() -> Iterator[ModelEndpoint]:
    with model_endpoint() as endpoint:
        yield endpoint
