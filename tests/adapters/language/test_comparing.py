"""Texts beside each other, word by word."""

from collections.abc import Sequence

import numpy as np
import pytest

from killrvideo.adapters.language.embeddings.comparing import KeptTokens, Tokens, batches, comparison

ROWS = {"fish": (1.0, 0.0), "trout": (0.8, 0.6), "car": (0.0, 1.0)}


def tokens(text: str, *spans: tuple[int, int]) -> Tokens:
    """One for each span; half of a word is the same as all of it."""
    words = [next(word for word in ROWS if text[start:end] in word) for start, end in spans]
    vectors = np.array([ROWS[word] for word in words], dtype=np.float16).reshape(-1, 2)
    return Tokens(vectors, spans, np.array([1, 0], dtype=np.float32))


def of_words(text: str, words: Sequence[str]) -> Tokens:
    starts = [text.index(word) for word in words]
    return tokens(text, *((start, start + len(word)) for start, word in zip(starts, words, strict=True)))


def test_each_word_finds_the_nearest_of_the_other_text() -> None:
    one, other = of_words("fish, car?", ["fish", "car"]), of_words("a trout", ["trout"])
    found = comparison(one.of_words("fish, car?"), one, other)
    assert found.found == pytest.approx([0.8, 0.6], abs=1e-3)
    # The trout is nearer to the fish than to the car.
    assert found.told == pytest.approx(0.8, abs=1e-3)
    assert list(found.vector) == [1, 0]


def test_a_word_of_several_tokens_counts_once() -> None:
    one, other = tokens("trout car", (0, 2), (2, 5), (6, 9)), of_words("trout", ["trout"])
    assert one.of_words("trout car") == [[0, 1], [2]]
    assert comparison(one.of_words("trout car"), one, other).found == pytest.approx([1, 0.6], abs=1e-3)


def test_what_the_model_did_not_read_is_not_found() -> None:
    one, other = of_words("fish car", ["fish"]), of_words("fish car", ["fish", "car"])
    assert comparison(one.of_words("fish car"), one, other).found == pytest.approx([1, 0], abs=1e-3)


def test_nothing_is_like_nothing() -> None:
    empty, fish = tokens(""), of_words("fish", ["fish"])
    assert (comparison([[0]], fish, empty).found, comparison([[0]], fish, empty).told) == ([0], 0)
    assert (comparison([], empty, fish).found, comparison([], empty, fish).told) == ([], 0)


def test_texts_of_like_length_are_computed_together_each_once() -> None:
    lengths = [250, 10, 90, 10, 300, 90, 90]
    made = list(batches(lengths))
    assert sorted(place for batch in made for place in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or max(lengths[place] for place in batch) * len(batch) <= 256
    assert made[0][:2] == [1, 3]
    assert list(batches([])) == []


def test_tokens_that_were_used_longest_ago_go_first() -> None:
    fish = of_words("fish", ["fish"])
    kept = KeptTokens(most=2 * fish.room)
    for text in ("a", "b", "a"):
        if kept.get(text) is None:
            kept.put(text, fish)
    kept.put("c", fish)
    assert [kept.get(text) is fish for text in "abc"] == [True, False, True]


def test_texts_without_tokens_take_room_too() -> None:
    kept = KeptTokens(most=20)
    for number in range(50):
        kept.put(" " * number, tokens(""))
    assert sum(kept.get(" " * number) is not None for number in range(50)) == 10


def test_a_text_that_was_put_twice_takes_room_once() -> None:
    fish = of_words("fish", ["fish"])
    kept = KeptTokens(most=2 * fish.room)
    for text in ("a", "b", "b"):
        kept.put(text, fish)
    assert kept.get("a") is fish
