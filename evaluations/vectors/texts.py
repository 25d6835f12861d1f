"""How well signs tell which vectors of real texts are near: what has to be compared exactly."""

import asyncio
from collections.abc import Sequence

import numpy as np

from evaluations.cranfield import cranfield
from evaluations.kept_vectors import KeptVectors
from evaluations.known_items import known_items
from evaluations.labelled import Labelled
from evaluations.reports import Figures
from evaluations.vectors.made import WANTED, Numbers
from killrvideo.adapters.sqlite.vectors.estimates import Estimates, promising
from killrvideo.adapters.sqlite.vectors.matrix import MOST
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.domain.vectors import text_of
from killrvideo.service_interfaces.language import Purpose
from killrvideo.settings.sources import load_settings

WORD = 8


def on_texts() -> Figures:
    """Raises Absent."""
    rows = [asyncio.run(_row(collection)) for collection in (known_items(), cranfield())]
    columns = ("texts", "vectors", f"recall@{WANTED}", "compared", "at most")
    notes = [
        "The nearest to each text among the others, of those that by their signs may be among them and are "
        "compared exactly. Vectors of the configured model: titles, tags and descriptions of 500 videos, and "
        "1,400 abstracts (Cranfield). No split: nothing is fitted to them."
    ]
    return Figures("What signs tell of vectors of real texts", columns, rows, notes)


async def _row(collection: Labelled) -> Sequence[str]:
    models = embeddings_of(load_settings({}, env_file=None))
    try:
        texts = [text_of(video) for video in collection.videos]
        made = await KeptVectors(models.current).embed(texts, Purpose.DOCUMENT)
    finally:
        await models.close()
    vectors = np.asarray(made, np.float32)
    recalls, compared = zip(*(_found(vectors, number) for number in range(len(vectors))), strict=True)
    counts = f"{np.mean(compared):.0f}", f"{max(compared)}"
    return collection.name, f"{len(vectors):,}", f"{np.mean(recalls):.4f}", *counts


def _found(vectors: Numbers, number: int) -> tuple[float, int]:
    """The recall for one text, and how many were compared."""
    asked, others = vectors[number], np.delete(vectors, number, axis=0)
    best = set(np.argsort(-(others @ asked))[:WANTED].tolist())
    packed = np.packbits(others > 0, axis=1, bitorder="little")
    words = np.ascontiguousarray(np.pad(packed, ((0, 0), (0, -packed.shape[1] % WORD))).view("<u8").T)
    estimates = Estimates(asked.astype(np.float64))
    near = estimates.of(words, (others > 0).sum(axis=1))
    chosen = promising(near, WANTED, estimates.margin, MOST).tolist()
    return len(best.intersection(chosen)) / WANTED, len(chosen)
