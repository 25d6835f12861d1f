"""Training the sentiment head on rated texts, and writing it where the code reads it."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from killrvideo.adapters.language.sentiment import head
from killrvideo.adapters.language.sentiment.head import Head
from killrvideo.adapters.language.sentiment.identities import Identities
from killrvideo.adapters.language.sentiment.trained import Prepared
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from killrvideo.settings.model import Settings
from training.counterfactuals import groups
from training.identities import NAMES
from training.rated_texts import CLASSES, RatedText, rated_texts
from training.softmax_regression import Fit, fitted

NAME = "minilm-vader-1"
HOW = Fit(ridge=1e-4, pairing=0.3)
FILE = Path(head.__file__).parent / head.FILE
AT_ONCE = 256
PLACES = 4
OPENS = re.compile(r"(?:^|[.!?]\s+)([A-Z][a-z'\u2019-]+)")
WORD = re.compile(r"(?<![\w.])[a-z][a-z'\u2019-]*\b")
SEEN_LEAST = 2
"""How often a word must stand without a capital to be no name where it begins a sentence."""

Numbers = NDArray[np.float64]


def train(console: Console) -> None:
    texts = [text for text in rated_texts() if not text.is_held_out]
    openers = _openers(texts)
    vader = VaderSentiment()
    prepared = Prepared(Identities(frozenset(openers), vader.words), vader)
    made = asyncio.run(_head(texts, openers, prepared, console))
    FILE.write_text(made.as_json() + "\n")
    console.print(
        f"{made.name}: trained on {len(texts):,} texts, {len(openers):,} openers, {FILE.name} written."
    )


async def features_of(
    texts: Sequence[str], prepared: Prepared, model: EmbeddingModel, console: Console, what: str
) -> Numbers:
    """A row each: the vector, then VADER's proportions."""
    ready = [prepared.of(text) for text in texts]
    rows: list[Sequence[float]] = []
    for first in track(range(0, len(ready), AT_ONCE), what, console=console):
        part = ready[first : first + AT_ONCE]
        vectors = await model.embed([cleaned for cleaned, _ in part], Purpose.DOCUMENT)
        rows += [[*vector, *own] for vector, (_, own) in zip(vectors, part, strict=True)]
    return np.array(rows)


async def _head(
    texts: Sequence[RatedText], openers: Sequence[str], prepared: Prepared, console: Console
) -> Head:
    models = embeddings_of(Settings(_env_file=None))
    model = models.current
    same = list(groups())
    flat = [sentence for group in same for sentence in group]
    features = await features_of([text.text for text in texts], prepared, model, console, "Rated texts")
    alike = await features_of(flat, prepared, model, console, "Counterfactuals")
    labels = np.array([text.label for text in texts])
    weights, biases = fitted(features, labels, _differences(alike, [len(group) for group in same]), HOW)
    await models.close()
    return Head(
        name=NAME,
        embeddings=model.name,
        weights=[[round(float(one), PLACES) for one in weights[:, place]] for place in range(len(CLASSES))],
        biases=[round(float(one), PLACES) for one in biases],
        openers=openers,
    )


def _differences(features: Numbers, sizes: Sequence[int]) -> Numbers:
    """Of each sentence from the mean of its group."""
    parts = np.split(features, np.cumsum(sizes)[:-1])
    return np.vstack([part - part.mean(axis=0) for part in parts])


def _openers(texts: Sequence[RatedText]) -> list[str]:
    without_capital = Counter(word for text in texts for word in WORD.findall(text.text))
    opening = {word.lower() for text in texts for word in OPENS.findall(text.text)}
    names = {name.lower() for name in NAMES}
    return sorted(word for word in opening - names if without_capital[word] >= SEEN_LEAST)
