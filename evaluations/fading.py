"""How fast what somebody did fades behind what came later: chosen without what is held out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from evaluations.reports import Figures
from killrvideo.adapters.learning.algorithms import ALGORITHMS
from killrvideo.adapters.learning.crowd import Stage, staged
from killrvideo.adapters.learning.interactions import Split, numbered
from killrvideo.adapters.learning.judging import judged
from killrvideo.domain.learning import Interaction
from killrvideo.domain.taste import SIGNS_TO_HALF

HALVES = (5, 10, 20, 40, 80, inf)
"""After so many later signs one counts half."""


@dataclass(frozen=True, slots=True)
class Fading:
    """What came of one choice."""

    algorithm: str
    """The best with it, by the inner split."""
    inner: float
    held_out: float
    """Both nDCG."""


def fading(interactions: Mapping[str, Sequence[Interaction]]) -> Figures:
    """For each kind of data, by its name."""
    found = {name: _of(some) for name, some in interactions.items()}
    columns = [f"{name}: {what}" for name in found for what in ("best with it", "inner split", "held out")]
    rows = [(f"{half:g}", *(cell for one in found.values() for cell in _cells(half, one))) for half in HALVES]
    notes = (
        "nDCG@10, of the best algorithm with each. The inner split is one of what is not held out, made in "
        "the same way: by it the trainer chooses algorithms, and the best there is bold. Nothing is chosen "
        "by what is held out, which is shown beside it.",
        f"KillrVideo lets a sign count half after {SIGNS_TO_HALF}.",
    )
    return Figures("MovieLens 100K, how fast signs fade", ("half after", *columns), rows, notes)


def _of(interactions: Sequence[Interaction]) -> Mapping[float, Fading]:
    whole, _ = numbered(interactions)
    inner, outer = staged(whole, Stage.CHOOSING), staged(whole, Stage.MEASURING)
    fitted = {one.name: (one.fit(inner.seen), one.fit(outer.seen)) for one in ALGORITHMS}
    found = {}
    for half in HALVES:
        tried = {name: judged(fit, _faded(inner, half)).ndcg for name, (fit, _) in fitted.items()}
        best = max(tried, key=lambda name: tried[name])
        held_out = judged(fitted[best][1], _faded(outer, half)).ndcg
        found[half] = Fading(best, tried[best], held_out)
    return found


def _faded(parts: Split, half: float) -> Split:
    """With strengths that, weighed as for a feed, fade by this half in place of the product's."""
    seen = parts.seen
    since = np.searchsorted(seen.person, seen.person, side="right") - 1 - np.arange(len(seen))
    strength = seen.strength * 0.5 ** (since * (1 / half - 1 / SIGNS_TO_HALF))
    return Split(replace(seen, strength=strength.astype(np.float32)), parts.held_out)


def _cells(half: float, found: Mapping[float, Fading]) -> tuple[str, str, str]:
    one, best = found[half], max(found.values(), key=lambda each: each.inner)
    mark = "**" if one is best else ""
    return one.algorithm, f"{mark}{one.inner:.4f}{mark}", f"{one.held_out:.4f}"
