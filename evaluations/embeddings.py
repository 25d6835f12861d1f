"""How well vectors say which texts are alike, and how fast they are made: by the model that is configured."""

import asyncio
import csv
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from statistics import quantiles
from typing import Any

from rich.console import Console
from scipy.stats import spearmanr

from evaluations.datasets import beside
from evaluations.reports import Figures
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from killrvideo.settings.sources import load_settings

SEED = 7
WORDS = (
    "a the of in with how to learn and video film about garden guitar train database cluster fish bread "
    "quick slow quiet evening morning city river mountain recipe lesson history repair paint photograph"
)
LENGTHS = {"comment": 12, "description": 80, "as long as is read": 240}
"""Words of the texts that are timed."""
TOGETHER = {"comment": 600, "description": 120, "as long as is read": 40}
"""Texts that are timed at once: some seconds of work."""
SINGLES = 60
QUERY = "learn to play the guitar in the evening number"

Made = Coroutine[Any, Any, object]


def embeddings(console: Console) -> Iterator[Figures]:
    for table in (_speed, _beside_a_job, _alike):
        with console.status("Embedding"):
            figures = asyncio.run(table())
        yield figures


@asynccontextmanager
async def _model() -> AsyncIterator[EmbeddingModel]:
    """Loaded already, and without a memory."""
    models = embeddings_of(load_settings({"embedding_cache": 0}))
    try:
        await models.current.embed(["the first text loads it"], Purpose.QUERY)
        yield models.current
    finally:
        await models.close()


async def _speed() -> Figures:
    async with _model() as model:
        rows = [await _speed_of(model, kind) for kind in LENGTHS]
        notes = [
            f"Model {model.name}, {model.dimension} dimensions. Texts are words by chance, seed {SEED}: "
            "what they say does not change the time that they take.",
            "CPU ms each: what a text takes of one processor, in one call. One call: a job embeds all texts "
            "at once. Many callers: as many ask for one text each. Alone: one asks, waits, and asks again.",
        ]
    columns = ["Text", "Words", "CPU ms each", "One call /s", "Many callers /s", "Alone p50 ms", "p95 ms"]
    return Figures("How fast texts are embedded", columns, rows, notes)


async def _speed_of(model: EmbeddingModel, kind: str) -> list[str]:
    texts = _texts(TOGETHER[kind], LENGTHS[kind])

    def embed(text: str) -> Made:
        return model.embed([text], Purpose.DOCUMENT)

    async def one_call() -> None:
        await model.embed(texts, Purpose.DOCUMENT)

    async def many_callers() -> None:
        await asyncio.gather(*map(embed, texts))

    cpu = time.process_time()
    batched = len(texts) / await _seconds(one_call)
    cpu = 1000 * (time.process_time() - cpu) / len(texts)
    crowded = len(texts) / await _seconds(many_callers)
    p50, p95 = await _percentiles(embed, texts[:SINGLES])
    figures = f"{cpu:.1f}", f"{batched:,.0f}", f"{crowded:,.0f}", f"{p50:.1f}", f"{p95:.1f}"
    return [kind, str(LENGTHS[kind]), *figures]


async def _beside_a_job() -> Figures:
    """How long a search waits for its vector while a job embeds a catalogue anew."""
    queries = [f"{QUERY} {number}" for number in range(SINGLES)]
    async with _model() as model:

        def embed(text: str) -> Made:
            return model.embed([text], Purpose.QUERY)

        async def job() -> None:
            while True:
                await model.embed(_texts(256, LENGTHS["description"]), Purpose.DOCUMENT)

        idle = await _percentiles(embed, queries)
        working = asyncio.create_task(job())
        await asyncio.sleep(0.5)
        busy = await _percentiles(embed, queries)
        working.cancel()
        await asyncio.wait([working])
    rows = [
        [when, f"{p50:.1f}", f"{p95:.1f}"]
        for when, (p50, p95) in {"Nothing else": idle, "A job embeds descriptions": busy}.items()
    ]
    notes = [f"{SINGLES} queries of nine words, one after another; the job asks for 256 texts at a time."]
    return Figures("How long a query waits", ["Beside it", "p50 ms", "p95 ms"], rows, notes)


async def _alike() -> Figures:
    """Raises Absent."""
    path = beside("eval", "sts", "en.csv")
    with path.open(newline="", encoding="utf-8") as file:
        pairs = [(first, second, float(score)) for first, second, score in csv.reader(file)]
    people = [score for _, _, score in pairs]
    async with _model() as model:
        first = await model.embed([one for one, _, _ in pairs], Purpose.DOCUMENT)
        second = await model.embed([other for _, other, _ in pairs], Purpose.DOCUMENT)
        name = model.name
    cosines = [_nearness(one, other) for one, other in zip(first, second, strict=True)]
    overlap = [_overlap(one, other) for one, other, _ in pairs]
    rows = [
        [judge, str(len(pairs)), f"{spearmanr(people, scores).statistic:.3f}"]
        for judge, scores in {name: cosines, "share of words in common": overlap}.items()
    ]
    notes = ["STS benchmark, test split, English, from PhilipMay/stsb-multi-mt; people scored from 0 to 5."]
    return Figures("Which sentences are alike", ["Judge", "Pairs", "Spearman"], rows, notes)


def _nearness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _overlap(one: str, other: str) -> float:
    words, others = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(words & others) / max(1, len(words | others))


def _texts(number: int, words: int) -> list[str]:
    chance, vocabulary = Random(SEED), WORDS.split()
    return [" ".join(chance.choices(vocabulary, k=words)) for _ in range(number)]


async def _seconds(work: Callable[[], Made]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _percentiles(embed: Callable[[str], Made], texts: Sequence[str]) -> tuple[float, float]:
    """The middle and the slow end, in milliseconds."""
    taken = [1000 * await _seconds(partial(embed, text)) for text in texts]
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18]
