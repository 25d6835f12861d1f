"""Training the sentiment head on rated texts, and writing it where the code reads it."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from killrvideo.adapters.language.sentiment import head
from killrvideo.adapters.language.sentiment.head import Head
from killrvideo.adapters.language.sentiment.trained import Prepared
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from killrvideo.settings.model import Settings
from training.counterfactuals import groups
from training.identities import NAMES
from training.phrases import phrases
from training.rated_texts import CLASSES, RatedText, rated_texts
from training.small_network import Labels, Numbers, Plan, Trainer

NAME = "minilm-vader-2"
PLAN = Plan(hidden=96, epochs=25, decay=4e-3, pairing=0.1)
PHRASES_WEIGH = 0.15
"""How much the comments that we made up count, of everything."""
FILE = Path(head.__file__).parent / head.FILE
AT_ONCE = 256
OPENS = re.compile(r"(?:^|[.!?]\s+)([A-Z][a-z'\u2019-]+)")
WORD = re.compile(r"(?<![\w.])[a-z][a-z'\u2019-]*\b")
SEEN_LEAST = 2
"""How often a word must stand without a capital to be no name where it begins a sentence."""


def train(console: Console) -> None:
    texts = [text for text in rated_texts() if not text.is_held_out]
    openers = _openers(texts)
    vader = VaderSentiment()
    prepared = Prepared(openers, vader)
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
    return np.array(rows, np.float32)


async def _head(
    texts: Sequence[RatedText], openers: Sequence[str], prepared: Prepared, console: Console
) -> Head:
    models = embeddings_of(Settings(_env_file=None))
    model = models.current
    made_up, same = phrases(), list(groups())
    rated = await features_of([text.text for text in texts], prepared, model, console, "Rated texts")
    ours = await features_of([text for text, _ in made_up], prepared, model, console, "Phrases")
    flat = [sentence for group in same for sentence in group]
    alike = await features_of(flat, prepared, model, console, "Counterfactuals")
    await models.close()
    labels = [np.array([text.label for text in texts]), np.array([label for _, label in made_up])]
    return _trained(
        rated, ours, np.split(alike, np.cumsum([len(group) for group in same])[:-1]), labels, model, openers
    )


def _trained(
    rated: Numbers,
    ours: Numbers,
    alike: Sequence[Numbers],
    labels: Sequence[Labels],
    model: EmbeddingModel,
    openers: Sequence[str],
) -> Head:
    features = np.vstack([rated, ours])
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    weights = np.concatenate(
        [(1 - PHRASES_WEIGH) * _balanced(labels[0]), PHRASES_WEIGH * _balanced(labels[1])]
    )
    network = Trainer(
        (features - middle) / spread,
        np.concatenate(labels),
        (weights / weights.mean()).astype(np.float32),
        [(group - middle) / spread for group in alike],
        PLAN,
    ).trained()
    hidden, biases, out, out_biases = network.layers
    # Standardising is a part of the first layer, so that whoever uses the head need not know of it.
    folded = hidden / spread[:, None]
    return Head(
        name=NAME,
        embeddings=model.name,
        hidden=_rounded(folded),
        hidden_biases=_rounded(biases - middle @ folded),
        out=_rounded(out),
        out_biases=_rounded(out_biases),
        openers=openers,
    )


def _balanced(labels: Labels) -> Numbers:
    """How much each row counts, so that all classes count the same; 1 in all."""
    counts = np.bincount(labels, minlength=len(CLASSES))
    weights: Numbers = (1 / (len(CLASSES) * counts)).astype(np.float32)[labels]
    return weights


def _rounded(numbers: Numbers) -> Any:
    return (
        [[float(f"{one:.4g}") for one in row] for row in numbers]
        if numbers.ndim > 1
        else [float(f"{one:.4g}") for one in numbers]
    )


def _openers(texts: Sequence[RatedText]) -> list[str]:
    without_capital = Counter(word for text in texts for word in WORD.findall(text.text))
    opening = {word.lower() for text in texts for word in OPENS.findall(text.text)}
    names = {name.lower() for name in NAMES}
    return sorted(word for word in opening - names if without_capital[word] >= SEEN_LEAST)
