"""Learning: the mathematics on cases that can be done by hand, what is held out, and what is chosen."""

from collections.abc import Iterable
from uuid import UUID

import numpy as np
import pytest

from killrvideo.adapters.learning.algorithms import Algorithm, a_cosine, an_ease
from killrvideo.adapters.learning.cosine import cosine
from killrvideo.adapters.learning.ease import ease
from killrvideo.adapters.learning.gram import GramRows, gram_rows
from killrvideo.adapters.learning.interactions import Interactions, Weights, numbered, sparse, split
from killrvideo.adapters.learning.judging import judged, mean_of
from killrvideo.adapters.learning.lesson import LocalLesson
from killrvideo.adapters.learning.pruning import KEPT, LEAST, lists_of, pruned, weights_of
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import Interaction
from killrvideo.domain.neighbours import Neighbours, fold_in
from killrvideo.domain.taste import Sign
from killrvideo.domain.taste import weights_of as signs_weigh


def video(number: int) -> VideoId:
    return VideoId(UUID(int=number))


def did(person: int, film: int, millis: int, strength: float = 1.0) -> Interaction:
    return Interaction(AccountId(UUID(int=person)), video(film), strength, millis)


def in_common(rows: list[list[int]]) -> GramRows:
    """Of all videos, from people by videos."""
    people, videos = np.nonzero(np.array(rows))
    likes = sparse(np.ones(len(people), np.float32), people, videos, (len(rows), len(rows[0])))
    [gram] = gram_rows(likes, whole=True)
    return gram


def in_order(*films: int, person: int = 1) -> list[Interaction]:
    return [did(person, film, millis) for millis, film in enumerate(films)]


# The mathematics.


def test_ease_of_two_videos_is_as_on_paper() -> None:
    # Three people; two of them like the first video, two the second, one both. With 1 on the diagonal the
    # Gram matrix is [[3, 1], [1, 3]], its inverse [[3, -1], [-1, 3]] / 8, and -1/3 divided by -1 is 1/3.
    weights = ease(in_common([[1, 1], [1, 0], [0, 1]]), 1.0)
    assert weights == pytest.approx(np.array([[0, 1 / 3], [1 / 3, 0]]))


def test_ease_tells_what_follows_from_what_when_something_third_explains_both() -> None:
    # Everybody who likes the last likes the first; the second comes and goes by itself.
    weights = ease(in_common([[1, 0, 1], [1, 1, 1], [1, 1, 0], [1, 0, 0]] * 5), 0.5)
    assert weights[2, 0] > 2 * weights[2, 1]


def test_cosine_shrinks_where_few_have_liked() -> None:
    weights = cosine(in_common([[1, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1]]), 1.0)
    # Two of three and of two like both: 2 / (sqrt(3 * 2) + 1); one of three and of two: 1 / (sqrt(6) + 1).
    assert weights[0] == pytest.approx(np.array([0, 2 / (6**0.5 + 1), 1 / (6**0.5 + 1)]))
    assert weights == pytest.approx(weights.T)


def test_the_strongest_neighbours_are_kept_those_that_speak_against_too() -> None:
    rng = np.random.default_rng(1)
    whole = np.zeros((3 * KEPT, 3 * KEPT), np.float32)
    whole[:3] = rng.normal(size=(3, 3 * KEPT))
    whole[0, :5] = (0, LEAST / 2, -9, 8, -7)
    kept = pruned([whole[:2], whole[2:]])
    assert np.diff(kept.indptr).tolist() == [KEPT] * 3 + [0] * (3 * KEPT - 3)
    for row in range(3):
        left = np.sort(np.abs(whole[row]))[-KEPT:]
        assert np.sort(np.abs(kept[[row]].toarray()[0]))[-KEPT:] == pytest.approx(left)
    videos = [video(number) for number in range(3 * KEPT)]
    lists = lists_of(kept, videos)
    assert list(lists[video(0)].weights_by_id().items())[:3] == [
        (video(2), -9),
        (video(3), 8),
        (video(4), -7),
    ]
    assert np.array_equal(weights_of(lists, videos).toarray(), kept.toarray())


def test_videos_without_neighbours_have_no_list_and_unknown_ones_do_not_count() -> None:
    kept = pruned([np.array([[0, 0.5], [0, 0]], np.float32)])
    lists = lists_of(kept, [video(1), video(2)])
    assert lists == {video(1): Neighbours.of({video(2): 0.5})}
    assert weights_of({**lists, video(9): lists[video(1)]}, [video(1), video(3)]).nnz == 0


# What is held out.


def held_out(interactions: Iterable[Interaction]) -> tuple[set[int], set[int]]:
    """Videos that are seen, and that are held out."""
    whole, videos = numbered(interactions)
    parts = split(whole)
    seen, held = ({videos[number].int for number in part.video} for part in (parts.seen, parts.held_out))
    return seen, held


def test_the_last_fifth_of_the_likes_is_held_out_and_nothing_later_is_seen() -> None:
    likes = [did(1, film, millis=10 * film) for film in range(1, 11)]
    weak = [did(1, 20, 15, 0.3), did(1, 21, 95, 0.3), did(1, 22, 85, -0.3)]
    assert held_out([*weak, *reversed(likes)]) == ({*range(1, 9), 20, 22}, {9, 10})


@pytest.mark.parametrize(("likes", "expected"), [(1, 0), (2, 1), (5, 1), (9, 1), (10, 2)])
def test_of_two_likes_or_more_at_least_one_is_held_out(likes: int, expected: int) -> None:
    assert len(held_out(in_order(*range(likes)))[1]) == expected


def test_people_are_split_one_by_one() -> None:
    assert held_out([*in_order(1, 2), *in_order(3, 4, person=2)]) == ({1, 3}, {2, 4})


def test_of_somebody_who_never_rates_views_are_likes() -> None:
    views = [did(1, film, film, 0.3) for film in (1, 2, 3, 4, 5)]
    assert held_out(views) == ({1, 2, 3, 4}, {5})
    assert held_out([*views, did(1, 6, 0), did(1, 7, 9)]) == ({1, 2, 3, 4, 5, 6}, {7})


# What is chosen, and how good it is.


def two_crowds() -> list[Interaction]:
    """Forty people, of whom half like the videos from 0 on and half those from 10 on."""
    rng = np.random.default_rng(7)
    return [
        one
        for person in range(40)
        for one in in_order(
            *(int(film) + 10 * (person % 2) for film in rng.permutation(10)[:7]), person=person
        )
    ]


def nonsense(rows: GramRows) -> Weights:
    # Every video leads to those that the other crowd likes.
    places = range(len(rows.shared))
    return np.array([[(row < 10) != (column < 10) for column in places] for row in places], np.float32)


async def test_the_better_algorithm_is_chosen_and_measured_by_what_it_did_not_see() -> None:
    told: list[str] = []
    lesson = LocalLesson(two_crowds(), [Algorithm("nonsense", nonsense), an_ease(1)])
    learned = await lesson.learn(told.append)
    assert learned.algorithm == "EASE, regularisation 1"
    assert told == [
        "trying nonsense",
        "trying EASE, regularisation 1",
        "measuring EASE, regularisation 1",
        "learning from everything with EASE, regularisation 1",
    ]
    assert learned.quality == await lesson.judge(learned.judged)
    assert learned.quality.people == 40
    assert learned.quality.hit_rate > 0.95
    assert (lesson.size.people, lesson.size.videos, lesson.size.held_out) == (40, 20, 40)
    # Who has seen what is held out only seems better.
    assert (await lesson.judge(learned.served)).ndcg > learned.quality.ndcg


async def test_lists_are_judged_as_feeds_are_made() -> None:
    interactions = two_crowds()
    lesson = LocalLesson(interactions, [an_ease(1)])
    lists = (await lesson.learn(lambda _: None)).judged
    gains = []
    for person in range(40):
        *seen, liked = [one.video_id for one in interactions if one.account_id.int == person]
        signs = signs_weigh([Sign(video_id, 1.0) for video_id in reversed(seen)])
        feed = [one.video_id for one in fold_in(signs, lists, 10, but=seen)]
        gains.append(1 / np.log2(feed.index(liked) + 2) if liked in feed else 0)
    assert (await lesson.judge(lists)).ndcg == pytest.approx(np.mean(gains), abs=1e-6)


def test_people_can_be_judged_in_groups_as_well_as_all_together() -> None:
    interactions = two_crowds()[:140]
    together, videos = numbered(interactions)
    weights = an_ease(1).fit(split(together).seen)
    one_by_one = []
    for person in range(together.people):
        own = together.person == person
        rows = together.video[own], together.strength[own]
        alone = Interactions.of(np.zeros_like(rows[0]), *rows, people=1, videos=len(videos))
        one_by_one.append(judged(weights, split(alone)))
    found, whole = mean_of(one_by_one), judged(weights, split(together))
    assert found.people == whole.people == 20
    assert (found.ndcg, found.recall, found.hit_rate) == pytest.approx(
        (whole.ndcg, whole.recall, whole.hit_rate)
    )
    assert mean_of([]).people == 0


async def test_an_algorithm_that_bears_only_so_many_videos_is_left_out() -> None:
    small = Algorithm("small", an_ease(1).weights, videos_most=19)
    lesson = LocalLesson(two_crowds(), [small, a_cosine(5)])
    assert (await lesson.learn(lambda _: None)).algorithm == "item cosine, shrinkage 5"


async def test_nothing_to_learn_from_has_no_size_and_no_quality() -> None:
    lesson = LocalLesson([])
    assert (lesson.size.interactions, lesson.size.held_out) == (0, 0)
    assert (await lesson.judge({})).people == 0
