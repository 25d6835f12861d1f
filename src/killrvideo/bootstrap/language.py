"""Which models read texts."""

from importlib import import_module

from killrvideo.adapters.language.embeddings.caching import CachedEmbeddings
from killrvideo.adapters.language.embeddings.choice import ChosenEmbeddings
from killrvideo.adapters.language.embeddings.files import ModelFiles, TextEncoder
from killrvideo.adapters.language.embeddings.local import OnnxEmbeddings
from killrvideo.adapters.language.embeddings.packaged import DIMENSION, NAME, packaged_model

ENCODER = "killrvideo.adapters.language.embeddings.encoder"
"""Brings numerical libraries along, a second and a hundred megabytes: imported with the first text."""
CACHED = 10_000
THREADS = 2


def embeddings_of() -> ChosenEmbeddings:
    packaged = OnnxEmbeddings(NAME, DIMENSION, lambda: _loaded(packaged_model()), threads=THREADS)
    return ChosenEmbeddings(CachedEmbeddings(packaged, CACHED), [], [packaged.close])


def _loaded(files: ModelFiles) -> TextEncoder:
    encoder: TextEncoder = import_module(ENCODER).load(files)
    return encoder
