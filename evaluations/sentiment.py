"""How well comments are judged, beside VADER on the same rows: by domain, on tweets, by hand; how fast."""

import asyncio
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, quantiles

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from evaluations.datasets import Absent, beside
from evaluations.reports import Figures
from killrvideo.adapters.language.sentiment.network import Numbers, load
from killrvideo.adapters.language.sentiment.trained import Prepared, TrainedSentiment, WordSentiment
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.service_interfaces.language import EmbeddingModel
from killrvideo.settings.model import Settings
from training.rated_texts import CLASSES, DOMAINS, HELD_OUT_PERCENT, RatedText, rated_texts
from training.sentiment import features_of

VADER_POLAR = 0.05
"""Compound scores from here on are positive, as VADER's authors advise."""
BY_HAND = Path(__file__).with_name("comments.toml")
COMMENT = "the second half about partition keys was really worth the time"
SINGLES, TOGETHER = 200, 2000

Labels = NDArray[np.int64]


def sentiment(console: Console) -> Iterator[Figures]:
    return iter(asyncio.run(_tables(console)))


async def _tables(console: Console) -> list[Figures]:
    models = embeddings_of(Settings(_env_file=None))
    try:
        held_out = [text for text in rated_texts() if text.is_held_out]
        judge = Judge(models.current, console)
        judged = await judge.labels([text.text for text in held_out], "Held-out texts")
        tables = [_by_domain(held_out, judged)]
        tables += await _tweets(judge)
        tables.append(await _by_hand(judge))
        tables.append(await _speed(models.current))
        return tables
    finally:
        await models.close()


class Judge:
    """The shipped head and VADER on the same texts."""

    def __init__(self, model: EmbeddingModel, console: Console) -> None:
        self._model = model
        self._console = console
        self._vader = VaderSentiment()
        self._network = load()

    async def labels(self, texts: Sequence[str], what: str) -> tuple[Numbers, Labels]:
        """Probabilities of the head, and VADER's labels."""
        prepared = Prepared(self._network.head.openers, self._vader)
        features = await features_of(texts, prepared, self._model, self._console, what)
        return self._network.probabilities(features), np.array(
            [_vader_label(self._vader.proportions(text)[3]) for text in texts]
        )


def _by_domain(texts: Sequence[RatedText], judged: tuple[Numbers, Labels]) -> Figures:
    likely, vader = judged
    labels = np.array([text.label for text in texts])
    ratings = np.array([text.rating for text in texts])
    scores = likely[:, 2] - likely[:, 0]
    domains = np.array([text.domain for text in texts])
    rows = []
    for name, where in [("all", np.full(len(texts), True)), *((one, domains == one) for one in DOMAINS)]:
        mine, its, true = likely.argmax(axis=1)[where], vader[where], labels[where]
        related = float(np.corrcoef(scores[where], ratings[where])[0, 1])
        row = [f"{len(true):,}", *_figures(true, mine), *_figures(true, its), f"{related:.3f}"]
        rows.append([name, *row])
    columns = [
        "domain",
        "texts",
        "accuracy",
        "macro-F1",
        "VADER accuracy",
        "VADER macro-F1",
        "r with ratings",
    ]
    return Figures(
        "Texts rated by twenty people each, held out",
        columns,
        rows,
        [
            f"vaderSentiment 3.3.2's source package; {HELD_OUT_PERCENT} percent held out, by a digest of the "
            "document; classes at mean ratings of -0.5 and 0.5. VADER's rules were tuned on these tweets.",
            "r: correlation of the score with the mean rating. "
            f"Expected calibration error, ten bins: {_calibration(likely, labels):.3f}.",
        ],
    )


async def _tweets(judge: Judge) -> list[Figures]:
    try:
        texts = beside("eval", "tweeteval", "sentiment_val_text.txt").read_text().splitlines()
        labels = np.array(
            [int(one) for one in beside("eval", "tweeteval", "sentiment_val_labels.txt").read_text().split()]
        )
    except Absent as absent:
        return [Figures("Tweets never trained on", ["skipped"], [[str(absent)]])]
    likely, vader = await judge.labels(texts, "Tweets")
    rows = [
        ["this model", *_figures(labels, likely.argmax(axis=1))],
        ["VADER", *_figures(labels, vader)],
    ]
    note = f"TweetEval (cardiffnlp), validation split, {len(texts):,} tweets; nothing was trained on it."
    return [Figures("Tweets never trained on", ["model", "accuracy", "macro-F1"], rows, [note])]


async def _by_hand(judge: Judge) -> Figures:
    kinds = tomllib.loads(BY_HAND.read_text())
    rows = []
    for kind, by_label in kinds.items():
        texts = [(text, CLASSES.index(label)) for label, texts in by_label.items() for text in texts]
        labels = np.array([label for _, label in texts])
        likely, vader = await judge.labels([text for text, _ in texts], kind.capitalize())
        right = [f"{int((said == labels).sum())} of {len(texts)}" for said in (likely.argmax(axis=1), vader)]
        rows.append([kind, *right])
    note = f'{BY_HAND.name}: written and labelled by us before the model was asked, but "short": see below.'
    return Figures("Comments as viewers write them", ["kind", "right", "VADER right"], rows, [note])


async def _speed(model: EmbeddingModel) -> Figures:
    judge = TrainedSentiment(model, WordSentiment(VaderSentiment()), load, seconds=None)
    await judge.score(COMMENT)
    taken = []
    for number in range(SINGLES):
        began = time.perf_counter()
        await judge.score(f"{COMMENT} {number}")
        taken.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    await asyncio.gather(*(judge.score(f"{number} {COMMENT}") for number in range(TOGETHER)))
    rate = TOGETHER / (time.perf_counter() - began)
    return Figures(
        "Speed, comments of 12 words",
        ["comments a second, together", "one alone, mean ms", "p95 ms"],
        [[f"{rate:.0f}", f"{mean(taken):.1f}", f"{quantiles(taken, n=20)[18]:.1f}"]],
        ["All different, so that no cache helps. Depends on the machine and on what else runs there."],
    )


def _figures(true: Labels, said: Labels) -> tuple[str, str]:
    return f"{float((true == said).mean()):.3f}", f"{macro_f1(true, said):.3f}"


def macro_f1(true: Labels, said: Labels) -> float:
    def f1(label: int) -> float:
        both = float(((true == label) & (said == label)).sum())
        either = float((true == label).sum() + (said == label).sum())
        return 2 * both / either if either else 0.0

    return mean(map(f1, range(3)))


def _calibration(likely: Numbers, labels: Labels) -> float:
    """Expected calibration error (Guo et al., 2017)."""
    sure, right = likely.max(axis=1), likely.argmax(axis=1) == labels
    bins = np.minimum((sure * 10).astype(int), 9)
    parts = [bins == one for one in range(10) if (bins == one).any()]
    return float(sum(abs(sure[part].mean() - right[part].mean()) * part.mean() for part in parts))


def _vader_label(score: float) -> int:
    return 2 if score >= VADER_POLAR else 0 if score <= -VADER_POLAR else 1
