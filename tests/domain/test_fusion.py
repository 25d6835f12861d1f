"""One ranking of what was found by words and by meaning."""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.fusion import Balance, by_meaning, fused
from killrvideo.domain.ids import VideoId
from killrvideo.domain.ranking import HALF_WORTH, is_whole, score_of, worth_of
from killrvideo.domain.search import SearchHit
from killrvideo.domain.vectors import Near

EVEN = Balance(meaning=0.5, least_similarity=0.2)
IDS = [VideoId(UUID(int=number)) for number in range(40)]

ids = st.lists(st.sampled_from(IDS), unique=True, max_size=20)
balances = st.builds(Balance, meaning=st.floats(0, 1), least_similarity=st.floats(-1, 0.9))


@st.composite
def word_hits(draw: st.DrawFn) -> list[SearchHit]:
    """As an index answers: what has all the words first, then by worth."""
    found = [
        SearchHit(video_id, score_of(draw(st.floats(0.001, 60)), whole=draw(st.booleans())))
        for video_id in draw(ids)
    ]
    return sorted(found, key=lambda hit: -hit.score)


@st.composite
def near_videos(draw: st.DrawFn) -> list[Near]:
    found = [Near(video_id, round(draw(st.floats(-1, 1)), 4)) for video_id in draw(ids)]
    return sorted(found, key=lambda near: -near.similarity)


def order(hits: Sequence[SearchHit]) -> list[int]:
    return [hit.video_id.int for hit in hits]


@given(words=word_hits(), near=near_videos(), balance=balances)
def test_everything_that_was_found_comes_once_best_first_between_0_and_1(
    words: list[SearchHit], near: list[Near], balance: Balance
) -> None:
    hits = fused(words, near, balance)
    meant = {one.video_id for one in near if one.similarity > balance.least_similarity}
    assert sorted(order(hits)) == sorted(one.int for one in {hit.video_id for hit in words} | meant)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(words=word_hits(), near=near_videos(), balance=balances)
def test_in_whatever_order_vectors_come_the_ranking_is_the_same(
    words: list[SearchHit], near: list[Near], balance: Balance
) -> None:
    assert fused(words, near[::-1], balance) == fused(words, near, balance)


@given(words=word_hits())
def test_without_vectors_the_order_is_that_of_the_words(words: list[SearchHit]) -> None:
    assert order(fused(words, [], EVEN)) == order(words)


@given(words=word_hits(), near=near_videos(), balance=balances)
def test_what_has_all_the_words_comes_first(
    words: list[SearchHit], near: list[Near], balance: Balance
) -> None:
    whole = {hit.video_id.int for hit in words if is_whole(hit.score)}
    found = order(fused(words, near, balance))
    assert set(found[: len(whole)]) == whole


@given(near=near_videos(), balance=balances)
def test_without_words_the_order_is_that_of_meaning(near: list[Near], balance: Balance) -> None:
    hits = by_meaning(near, balance)
    assert all(0 < hit.score <= 1 for hit in hits)
    similar = {one.video_id: one.similarity for one in near}
    found = [similar[hit.video_id] for hit in hits]
    assert found == sorted(found, reverse=True)


def test_what_both_found_comes_before_what_one_found_as_well() -> None:
    words = [SearchHit(IDS[1], score_of(20, whole=False)), SearchHit(IDS[2], score_of(20, whole=False))]
    near = [Near(IDS[2], 0.6), Near(IDS[3], 0.6)]
    assert order(fused(words, near, EVEN)) == [2, 1, 3]


def test_between_equals_meaning_decides() -> None:
    words = [SearchHit(IDS[number], score_of(20, whole=True)) for number in (1, 2)]
    assert order(fused(words, [Near(IDS[2], 0.6)], EVEN)) == [2, 1]
    better = [SearchHit(IDS[1], score_of(21, whole=True)), words[1]]
    assert order(fused(better, [Near(IDS[2], 0.6)], EVEN)) == [1, 2]


def test_what_is_no_more_similar_than_any_two_texts_counts_for_nothing() -> None:
    words = [SearchHit(IDS[1], score_of(9, whole=False))]
    near = [Near(IDS[2], 0.2), Near(IDS[1], 0.1)]
    assert order(fused(words, near, EVEN)) == [1]
    assert by_meaning(near, EVEN) == []


def test_of_equal_ones_the_order_of_the_words_stands_then_the_largest_id() -> None:
    words = [SearchHit(IDS[number], score_of(5, whole=True)) for number in (3, 9, 1)]
    near = [Near(IDS[number], 0.6) for number in (5, 7)]
    assert order(fused(words, [], EVEN)) == [3, 9, 1]
    assert order(by_meaning(near, EVEN)) == [7, 5]


@given(worth=st.floats(0.001, 1000), whole=st.booleans())
def test_a_score_tells_what_it_was_made_of(worth: float, whole: bool) -> None:
    score = score_of(worth, whole=whole)
    assert is_whole(score) is whole
    assert abs(worth_of(score) - worth) < 1e-6 * max(1, worth**2 / HALF_WORTH)
