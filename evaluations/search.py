"""How good searches are by words, by meaning and by both, beside plain reciprocal rank fusion.

All through the product: the texts are videos of a store, and the search feature is asked.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from uuid import UUID

from rich.console import Console
from rich.progress import track

from evaluations.cranfield import cranfield
from evaluations.kept_vectors import KeptModels
from evaluations.known_items import known_items
from evaluations.labelled import SEED, Labelled, Question
from evaluations.measures import (
    ndcg,
    paired_bootstrap,
    recall,
    reciprocal_rank,
    reciprocal_rank_fusion,
)
from evaluations.reports import Figures
from evaluations.shelf import Shelf, shelf
from killrvideo.bootstrap.language import embeddings_of
from killrvideo.domain.fusion import Balance
from killrvideo.domain.search import SearchMode
from killrvideo.settings.sources import load_settings

MARGIN = 0.01
"""Of nDCG@10, by which the hybrid search may be worse than the better one of the two."""
KEYWORD, SEMANTIC, HYBRID, RRF = "keyword", "semantic", "hybrid", "plain RRF (k = 60)"
WAYS = (KEYWORD, SEMANTIC, RRF, HYBRID)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what each way of searching brought for it."""

    question: Question
    rankings: Mapping[str, Sequence[UUID]]

    def ndcg(self, way: str) -> float:
        return ndcg(self.rankings[way], self.question.grades)

    def better_than(self, way: str) -> float:
        return self.ndcg(HYBRID) - self.ndcg(way)


Measure = Callable[[Sequence[UUID], Mapping[UUID, float]], float]
MEASURES: Mapping[str, Measure] = {
    "nDCG@10": ndcg,
    "MRR@10": reciprocal_rank,
    "recall@10": lambda ranking, grades: recall(ranking, grades, 10),
    "recall@100": lambda ranking, grades: recall(ranking, grades, 100),
}


def search(console: Console) -> Iterator[Figures]:
    for collection in (cranfield, known_items):
        labelled = collection()
        asked = asyncio.run(_ask_all(labelled, console))
        kinds = list(dict.fromkeys(question.kind for question in labelled.questions))
        for kind in kinds:
            yield _quality(labelled, kind, [one for one in asked if one.question.kind == kind])
        yield _beside_the_better(labelled, kinds, asked)


async def _ask_all(labelled: Labelled, console: Console) -> list[Asked]:
    models = embeddings_of(load_settings({}))
    try:
        async with shelf(labelled.videos, KeptModels(models.current), console) as videos:
            questions = track(
                labelled.questions, f"{labelled.name}: searching", console=console, transient=True
            )
            return [await _ask(videos, question) for question in questions]
    finally:
        await models.close()


async def _ask(videos: Shelf, question: Question) -> Asked:
    rankings = {mode.value: await videos.ranking(question.text, mode) for mode in SearchMode}
    fused = reciprocal_rank_fusion([rankings[KEYWORD], rankings[SEMANTIC]])
    return Asked(question, {**rankings, RRF: fused})


def _quality(labelled: Labelled, kind: str, asked: Sequence[Asked]) -> Figures:
    held_out = [one for one in asked if one.question.is_held_out]
    rows = [
        [way, *(_mean(measure, held_out, way) for measure in MEASURES.values()), _mean(ndcg, asked, way)]
        for way in WAYS
    ]
    notes = [f"{len(held_out)} held-out questions, {len(asked)} in all; such as: {asked[0].question.text}"]
    return Figures(f"{labelled.name}: {kind}", ["search", *MEASURES, "nDCG@10 of all"], rows, notes)


def _beside_the_better(labelled: Labelled, kinds: Sequence[str], asked: Sequence[Asked]) -> Figures:
    rows = []
    for kind in kinds:
        of_kind = [one for one in asked if one.question.kind == kind]
        held_out = [one for one in of_kind if one.question.is_held_out]
        rows += [_comparison(f"{kind}, held out", held_out), _comparison(f"{kind}, all", of_kind)]
    balance = Balance()
    notes = [
        *labelled.notes,
        f"Paired bootstrap over the questions, seed {SEED}. The bar: the interval lies above -{MARGIN}.",
        f"Tuned on the half of Cranfield that is not held out: meaning weighs {balance.meaning}, the least "
        f"similarity is {balance.least_similarity}.",
    ]
    columns = ["questions", "the better", "nDCG@10", "hybrid", "difference", "95 percent", "bar"]
    return Figures(f"{labelled.name}: hybrid beside the better of keyword and semantic", columns, rows, notes)


def _comparison(name: str, asked: Sequence[Asked]) -> list[str]:
    worth = {way: mean(one.ndcg(way) for one in asked) for way in (KEYWORD, SEMANTIC)}
    better = max(worth, key=lambda way: worth[way])
    differences = [one.better_than(better) for one in asked]
    low, high = paired_bootstrap(differences, SEED)
    hybrid, difference = mean(one.ndcg(HYBRID) for one in asked), mean(differences)
    met = "met" if low >= -MARGIN else "missed"
    interval = f"{low:+.4f} to {high:+.4f}"
    return [name, better, f"{worth[better]:.3f}", f"{hybrid:.3f}", f"{difference:+.4f}", interval, met]


def _mean(measure: Measure, asked: Sequence[Asked], way: str) -> str:
    return f"{mean(measure(one.rankings[way], one.question.grades) for one in asked):.3f}"
