"""What learning tries. Each makes weights of what videos have in common, wherever that was added up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from killrvideo.adapters.learning.cosine import cosine
from killrvideo.adapters.learning.ease import VIDEOS_MOST, ease
from killrvideo.adapters.learning.gram import GramRows, gram_rows
from killrvideo.adapters.learning.interactions import Interactions, Sparse, Weights
from killrvideo.adapters.learning.pruning import pruned


@dataclass(frozen=True, slots=True)
class Algorithm:
    name: str
    weights: Callable[[GramRows], Weights]
    """Rows of videos by videos: what each row says of each column."""
    videos_most: int | None = None
    """None if it needs no more than some rows at a time: then it bears any number of videos."""

    @property
    def needs_all_rows(self) -> bool:
        return self.videos_most is not None

    def fit(self, seen: Interactions) -> Sparse:
        """The strongest weights of each video, in this process."""
        return pruned(map(self.weights, gram_rows(seen.matrix(), whole=self.needs_all_rows)))


def an_ease(regularisation: float) -> Algorithm:
    name = f"EASE, regularisation {regularisation:g}"
    return Algorithm(name, partial(ease, regularisation=regularisation), VIDEOS_MOST)


def a_cosine(shrinkage: float) -> Algorithm:
    return Algorithm(f"item cosine, shrinkage {shrinkage:g}", partial(cosine, shrinkage=shrinkage))


ALGORITHMS = (an_ease(50), an_ease(200), an_ease(800), a_cosine(1), a_cosine(20))
