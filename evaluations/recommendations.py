"""How good recommendations are: on films that people rated, and on tastes that are known."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from evaluations.fading import fading
from evaluations.feeds import Divided, Feed, Goodness, Viewer, divided
from evaluations.known_tastes import LIKES, PEOPLE, SEED, STRAY, TASTES, VIDEOS, known_tastes
from evaluations.movielens import SOURCE, MovieLens, movielens
from evaluations.reports import Figures
from killrvideo.adapters.learning.algorithms import ALGORITHMS, a_cosine
from killrvideo.adapters.learning.ease import ease
from killrvideo.adapters.learning.gram import gram_rows
from killrvideo.adapters.learning.pruning import lists_of
from killrvideo.adapters.learning.trainer import LocalTrainer
from killrvideo.domain.diversity import RELEVANCE_WEIGHS, Kind, diversified
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import LIKED, RELEVANT_AT, Interaction
from killrvideo.domain.neighbours import Neighbours, fold_in
from killrvideo.domain.recommendations import HEAD_MOST
from killrvideo.domain.taste import weights_of
from killrvideo.service_interfaces.learning import Learned

TIE_SEEDS = range(5)
HEADINGS = ("list", "nDCG@10", "recall@10", "hit rate", "repeated")
PROTOCOL = (
    "Protocol: likes are ratings of 4 or 5 stars; of each person with two or more the last 20 percent, at "
    "least one, are held out by time; nothing that a person did from the first of them on is known. Of equal "
    "instants, which MovieLens has many of, the order of the file decides. Lists leave out what was seen."
)
Lists = Mapping[VideoId, Neighbours]


def recommendations(console: Console) -> Iterator[Figures]:
    films = movielens()
    likes = [one for one in films.ratings if one.strength == LIKED]
    yield fading({"likes": likes, "all ratings": films.ratings})
    yield _by_likes(likes, console)
    yield _ties(likes, console)
    yield _by_all_ratings(films, console)
    yield _of_known_tastes(console)


def _by_likes(likes: Sequence[Interaction], console: Console) -> Figures:
    data = divided(likes)
    matrix = data.parts.seen.matrix()
    [gram] = gram_rows(matrix, whole=True)
    whole = matrix @ ease(gram, 300)
    learned = _learned(likes)
    cosine = lists_of(a_cosine(1).fit(data.parts.seen), data.videos)
    feeds = {
        "popularity": _popularity(data),
        "item-kNN (cosine, 100 neighbours)": _served(cosine),
        "EASE, regularisation 300, whole matrix, every like counts the same": _dense(data, whole),
        "**served**: 100 neighbours, late signs count more": _served(learned.judged),
    }
    rows = [_row(name, Goodness.of(feed, data.viewers)) for name, feed in _tracked(feeds, console)]
    notes = (PROTOCOL, _choice(learned), f"{SOURCE}; likes only; {len(data.viewers)} people.")
    return Figures("MovieLens 100K, likes", HEADINGS, rows, notes)


def _ties(likes: Sequence[Interaction], console: Console) -> Figures:
    """The order of what was rated in the same second is not known: how much hangs on it."""
    found: dict[str, list[float]] = {"popularity": [], "served": []}
    chosen: Counter[str] = Counter()
    for seed in track(TIE_SEEDS, "orders of ties", console=console, transient=True):
        order = np.random.default_rng(seed).permutation(len(likes))
        shuffled = [likes[place] for place in order]
        data, learned = divided(shuffled), _learned(shuffled)
        chosen[learned.algorithm] += 1
        found["popularity"].append(Goodness.of(_popularity(data), data.viewers).ndcg)
        found["served"].append(Goodness.of(_served(learned.judged), data.viewers).ndcg)
    rows = [
        (name, f"{fmean(values):.4f}", f"{min(values):.4f}", f"{max(values):.4f}")
        for name, values in found.items()
    ]
    notes = (
        f"The same with equal instants in random order, seeds {TIE_SEEDS[0]} to {TIE_SEEDS[-1]}.",
        f"The trainer chose {', '.join(f'{name} ({count} times)' for name, count in chosen.most_common())}.",
    )
    return Figures("MovieLens 100K, random order of ties", ("list", "nDCG@10", "least", "most"), rows, notes)


def _by_all_ratings(films: MovieLens, console: Console) -> Figures:
    data, learned = divided(films.ratings), _learned(films.ratings)
    feeds = {
        "popularity": _popularity(data),
        "served": _served(learned.judged),
        f"served, diversified (relevance {RELEVANCE_WEIGHS:g})": _diversified(learned.judged, films.kinds),
    }
    rows = [
        (*_row(name, Goodness.of(feed, data.viewers)), *_variety(feed, data.viewers, films.kinds))
        for name, feed in _tracked(feeds, console)
    ]
    notes = (
        _choice(learned),
        "The same protocol, but ratings below 4 before the first like that is held out are known too: 3 "
        "stars speak weakly for a film, 1 and 2 against it, and no film that was rated is shown. These "
        "figures are not to be compared with those above: fewer films are left to choose from.",
        "Unlike: 1 less the mean likeness by genres of any two in a list. Different: films in all lists.",
    )
    headings = (*HEADINGS, "unlike", "different")
    return Figures("MovieLens 100K, all ratings, and diversity", headings, rows, notes)


def _of_known_tastes(console: Console) -> Figures:
    town = known_tastes()
    data, learned = divided(town.likes), _learned(town.likes)
    best = Goodness.of(
        _dense(data, town.chances, np.array([video.int for video in data.videos])), data.viewers
    )
    feeds = {"popularity": _popularity(data), "**served**": _served(learned.judged)}
    rows = []
    for name, feed in _tracked(feeds, console):
        found = Goodness.of(feed, data.viewers)
        rows.append((*_row(name, found), f"{found.ndcg / best.ndcg:.1%}"))
    rows.append((*_row("oracle", best), f"{1:.1%}"))
    notes = (
        f"Synthetic, seed {SEED}: {PEOPLE:,} people with {LIKES} likes each of {VIDEOS} videos. Each video "
        f"is of one of {TASTES} tastes, each person has two; {STRAY:.0%} of likes follow popularity alone.",
        "The oracle knows the chances by which likes were drawn. Protocol as above.",
        _choice(learned),
    )
    return Figures("Known tastes", (*HEADINGS, "of the oracle's nDCG"), rows, notes)


def _learned(interactions: Sequence[Interaction]) -> Learned:
    """By the trainer that `killrvideo learn` runs; its `judged` lists know nothing of what is held out."""

    async def learn() -> Learned:
        lesson = await LocalTrainer().prepare(interactions)
        return await lesson.learn(lambda _: None)

    return asyncio.run(learn())


def _choice(learned: Learned) -> str:
    return (
        f"Of {len(ALGORITHMS)} settings the trainer chose {learned.algorithm}, by a split of what is known."
    )


def _served(lists: Lists) -> Feed:
    """By the code that serves feeds."""
    return lambda viewer: [
        one.video_id for one in fold_in(weights_of(viewer.signs), lists, RELEVANT_AT, but=viewer.seen)
    ]


def _diversified(lists: Lists, kinds: Mapping[VideoId, Kind]) -> Feed:
    def feed(viewer: Viewer) -> list[VideoId]:
        found = fold_in(weights_of(viewer.signs), lists, HEAD_MOST, but=viewer.seen)
        most = found[0].worth if found else 1.0
        ordered = diversified(found, lambda one: one.worth / most, lambda one: kinds[one.video_id])
        return [one.video_id for one in ordered]

    return feed


def _popularity(data: Divided) -> Feed:
    seen = data.parts.seen
    liked = Counter(data.videos[video] for video in seen.video[seen.strength >= LIKED])
    ranked = [video for video, _ in liked.most_common()]
    return lambda viewer: [video for video in ranked if video not in viewer.seen][:RELEVANT_AT]


def _dense(
    data: Divided, worths: NDArray[np.floating[Any]], columns: NDArray[np.int64] | None = None
) -> Feed:
    """By what every video is worth to every person; ``columns`` says which of them a video has."""
    videos = data.videos
    worths = worths if columns is None else worths[:, columns]

    def feed(viewer: Viewer) -> list[VideoId]:
        best = np.argsort(-worths[viewer.person], kind="stable")
        unseen = (videos[place] for place in best if videos[place] not in viewer.seen)
        return [video for video, _ in zip(unseen, range(RELEVANT_AT), strict=False)]

    return feed


def _variety(feed: Feed, viewers: Sequence[Viewer], kinds: Mapping[VideoId, Kind]) -> tuple[str, str]:
    lists = [feed(viewer)[:RELEVANT_AT] for viewer in viewers]
    unlike = [
        1 - fmean(kinds[one].likeness(kinds[other]) for one, other in combinations(shown, 2))
        for shown in lists
        if len(shown) > 1
    ]
    return f"{fmean(unlike):.3f}", str(len({video for shown in lists for video in shown}))


def _row(name: str, found: Goodness) -> tuple[str, str, str, str, str]:
    return name, f"{found.ndcg:.4f}", f"{found.recall:.4f}", f"{found.hit_rate:.3f}", str(found.repeated)


def _tracked(feeds: Mapping[str, Feed], console: Console) -> Iterator[tuple[str, Feed]]:
    yield from track(feeds.items(), "lists", console=console, transient=True)
