"""Which words are spelled nearly alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.spelling import can_be_misspelled, mistakes, one_mistake_from

words = st.text("abcdé", min_size=1, max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("rain", "rain", 0),
        ("rain", "rian", 1),
        ("rain", "ran", 1),
        ("rain", "raain", 1),
        ("rain", "ruin", 1),
        ("cassandra", "casandar", 2),
        ("kitten", "sitting", 3),
        ("", "abc", 3),
    ],
)
def test_mistakes_are_counted(one: str, other: str, count: int) -> None:
    assert mistakes(one, other) == mistakes(other, one) == count


@given(word=words, other=words)
def test_what_is_one_mistake_away_is_all_of_that_and_nothing_else(word: str, other: str) -> None:
    made_up = one_mistake_from(word)
    assert all(mistakes(word, one) == 1 for one in made_up)
    if mistakes(word, other) == 1 and set(other) <= {*word, *"abcd"}:
        assert other in made_up


@pytest.mark.parametrize(
    ("word", "can"), [("rain", True), ("été", False), ("cql", False), ("2024", False), ("x" * 25, False)]
)
def test_numbers_and_short_words_are_taken_as_they_are(word: str, can: bool) -> None:
    assert can_be_misspelled(word) is can
