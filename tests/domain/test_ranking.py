"""How texts are put into an order: as FTS5 does, number by number."""

from dataclasses import replace
from itertools import count
from typing import cast

import apsw
import pytest

from killrvideo.domain.ids import VideoId
from killrvideo.domain.ranking import Candidate, ranked, rarity, score_of
from tests.builders.ids import IDS
from tests.holding_still import START


def a_candidate(*frequencies: float, length: int = 10) -> Candidate:
    return Candidate(VideoId(IDS.new()), START, length, frequencies)


def worths(candidates: list[Candidate], rarities: list[float]) -> list[float]:
    """In the order of the candidates."""
    found = {one.candidate.video_id: one.worth for one in ranked(_by_id(candidates), frozenset(), rarities)}
    return [found[candidate.video_id] for candidate in candidates]


def _by_id(candidates: list[Candidate]) -> dict[VideoId, Candidate]:
    return {candidate.video_id: candidate for candidate in candidates}


def test_worth_is_what_fts5_computes() -> None:
    texts = [
        ("rain", "wet", "a b"),
        ("rain and rain", "", "rain"),
        ("sun", "rain", "a b c d e f g"),
        ("x", "y", "rain"),
    ]
    others = [(f"{title} {tags} {text}".replace("rain", "snow"), "", "") for title, tags, text in texts]
    database = apsw.Connection(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5 (title, tags, description)")
    # Others of the same lengths, so that the mean of what is found is that of all.
    database.executemany("INSERT INTO texts VALUES (?, ?, ?)", [*texts, *others, *others, *others])
    rows = database.execute("SELECT rowid, -bm25(texts, 10, 5, 1) FROM texts WHERE texts MATCH 'rain'")
    expected = dict(cast("list[tuple[int, float]]", rows.fetchall()))

    candidates = [
        a_candidate(
            10 * title.count("rain") + 5 * tags.count("rain") + text.count("rain"),
            length=len(f"{title} {tags} {text}".split()),
        )
        for title, tags, text in texts
    ]
    computed = worths(candidates, [rarity(len(texts), 4 * len(texts))])
    assert dict(zip(count(1), computed)) == pytest.approx(expected)


def test_rare_terms_tell_more_and_every_term_tells_something() -> None:
    assert rarity(1, 1000) > rarity(10, 1000) > rarity(400, 1000) > rarity(600, 1000) > 0
    assert rarity(5, 3) > 0


def test_what_has_all_the_terms_comes_first_then_what_fits_best_then_the_newest() -> None:
    old, new = a_candidate(3, 0), replace(a_candidate(3, 0), submitted_at=START.replace(year=2027))
    better, whole = a_candidate(9, 0), a_candidate(1, 1)
    order = ranked(_by_id([old, new, better, whole]), frozenset({whole.video_id}), [0.1, 0.1])
    assert [one.candidate for one in order] == [whole, better, new, old]
    assert [one.score for one in order] == sorted((one.score for one in order), reverse=True)


def test_scores_are_above_one_half_for_a_match_of_all_and_below_for_some() -> None:
    assert 0 < score_of(0.01, whole=False) < score_of(1e9, whole=False) <= 0.5
    assert 0.5 <= score_of(0.01, whole=True) < score_of(1e9, whole=True) <= 1


def test_of_nothing_nothing_is_ranked() -> None:
    assert ranked({}, frozenset(), [1.0]) == []
