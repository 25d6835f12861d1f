"""What the packaged model makes of texts."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, sqrt
from pathlib import Path
from typing import Any

import pytest

from killrvideo.adapters.language.embeddings.encoder import load
from killrvideo.adapters.language.embeddings.local import OnnxEmbeddings
from killrvideo.adapters.language.embeddings.packaged import packaged_model
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.words import WORD
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose

DOCUMENT, QUERY = Purpose.DOCUMENT, Purpose.QUERY
SHORT_AND_LONG = [
    "fish",
    "How to grill a whole fish over charcoal without burning it",
    "",
    "A talk about distributed databases: " + "replication, consistency and failure. " * 40,
    "Ein Film über Züge",
    "rocket",
]


def nearness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("how do I barbecue salmon", "Grilling fish over charcoal", "A history of the steam engine"),
        ("learn to play an instrument", "Guitar lessons for beginners", "Guide to the stock market"),
        ("kitten videos", "My cat does funny things", "Changing the oil of a car"),
        ("scaling a database", "Adding nodes to a Cassandra cluster", "Adding salt to a soup"),
    ],
)
async def test_what_means_the_same_is_nearer(minilm: EmbeddingModel, asked: str, near: str, far: str) -> None:
    (question,) = await minilm.embed([asked], QUERY)
    alike, unlike = await minilm.embed([near, far], DOCUMENT)

    assert nearness(question, alike) > nearness(question, unlike) + 0.1


async def test_a_vector_has_the_dimension_that_is_told_and_length_one(minilm: EmbeddingModel) -> None:
    for vector in await minilm.embed(SHORT_AND_LONG, DOCUMENT):
        assert len(vector) == minilm.dimension == 384
        assert sqrt(nearness(vector, vector)) == pytest.approx(1, abs=1e-5)


async def test_a_text_gets_the_same_vector_in_company_and_alone(minilm: EmbeddingModel) -> None:
    together = await minilm.embed(SHORT_AND_LONG, DOCUMENT)
    alone = [(await minilm.embed([f"{text}"], QUERY))[0] for text in SHORT_AND_LONG]

    for one, other in zip(together, alone, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 1e-5


async def test_order_is_that_of_the_texts(minilm: EmbeddingModel) -> None:
    forwards = await minilm.embed(SHORT_AND_LONG, DOCUMENT)
    backwards = await minilm.embed(SHORT_AND_LONG[::-1], DOCUMENT)

    assert [list(vector) for vector in backwards] == [list(vector) for vector in forwards][::-1]


async def test_a_long_text_is_read_as_far_as_the_model_reads(minilm: EmbeddingModel) -> None:
    start = "one two three four five six seven eight nine ten " * 30
    same, other, short = await minilm.embed([start + "cats", start + "dogs " * 5000, "cats"], DOCUMENT)

    assert nearness(same, other) == pytest.approx(1, abs=1e-5)
    assert nearness(same, short) < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00",
        "\ud83d",
        "ﷺ" * 500,
        "👩‍👩‍👧‍👦" * 200,
        "e\u0301" * 3000,
        "x" * 1_000_000,
        "的" * 5000,
    ],
    ids=["empty", "blank", "nul", "half", "ligature", "family", "accents", "endless", "chinese"],
)
async def test_any_text_has_a_vector(minilm: EmbeddingModel, text: str) -> None:
    (vector,) = await minilm.embed([text], DOCUMENT)

    assert all(isfinite(number) for number in vector)


@pytest.mark.parametrize("kind", ["weights", "tokenizer"])
async def test_files_that_are_not_those_that_were_tried_are_not_used(kind: str, tmp_path: Path) -> None:
    original = packaged_model()
    changed = tmp_path / "changed"
    changed.write_bytes(getattr(original, kind).read_bytes() + b" ")
    changes: dict[str, Any] = {kind: changed, "digests": {changed: original.digests[getattr(original, kind)]}}
    files = replace(original, **changes)
    model = OnnxEmbeddings("changed", 384, lambda: files, load)

    with pytest.raises(ModelUnavailable):
        await model.embed(["fish"], QUERY)


async def test_nothing_asked_is_nothing_answered(minilm: EmbeddingModel) -> None:
    assert list(await minilm.embed([], DOCUMENT)) == []


async def test_many_who_ask_at_once_get_their_own(minilm: EmbeddingModel) -> None:
    texts = [f"video number {number} about {number % 7} cats" for number in range(40)]

    at_once = await asyncio.gather(*(minilm.embed([text], QUERY) for text in texts))

    expected = await minilm.embed(texts, QUERY)
    assert [list(vector) for (vector,) in at_once] == [list(vector) for vector in expected]


async def test_words_are_compared_where_they_stand() -> None:
    model = OnnxEmbeddings("packaged", 384, packaged_model, load)
    try:
        question = "How much RAM is enough?"
        others = ["Eight gigabytes of memory will do.", "The ram eats grass on a meadow.", "", "?!"]
        memory, sheep, empty, marks = await model.compare(question, others)
        # One for each word; "RAM" is the third.
        assert [len(one.found) for one in (memory, sheep, empty, marks)] == [5, 5, 5, 5]
        assert memory.told > sheep.told
        assert sum(memory.found) > sum(sheep.found)
        assert (empty.found, empty.told) == ([0] * 5, 0)
        (same,) = await model.compare(question, [question])
        assert same.found == pytest.approx([1] * 5, abs=1e-2)
        # What is compared once more comes out as before, and a text has the vector that it is embedded with.
        assert await model.compare(question, others) == [memory, sheep, empty, marks]
        assert list(memory.vector) == pytest.approx(
            list((await model.embed(others[:1], DOCUMENT))[0]), abs=1e-5
        )
    finally:
        await model.close()
    with pytest.raises(ModelUnavailable):
        await model.compare("fish", ["trout"])


@pytest.mark.parametrize(
    "text", ["\x00", "\ud83d", "的" * 5000, "e\u0301" * 3000, "\u0130\u0130 " * 300, "x" * 100_000]
)
async def test_any_text_can_be_compared(text: str) -> None:
    model = OnnxEmbeddings("packaged", 384, packaged_model, load)
    try:
        for one, other in ((text, "fish"), ("fish", text)):
            (found,) = await model.compare(one, [other])
            assert all(isfinite(number) for number in (*found.found, found.told))
            assert len(found.found) == len(WORD.findall(one))
    finally:
        await model.close()
