"""What was embedded not long ago is not embedded again."""

import pytest

from killrvideo.adapters.language.embeddings.caching import CachedEmbeddings
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import Purpose
from tests.stand_ins.embeddings import WordHashEmbeddings, vector_of

DOCUMENT, QUERY = Purpose.DOCUMENT, Purpose.QUERY


@pytest.fixture
def model() -> WordHashEmbeddings:
    return WordHashEmbeddings()


async def test_only_new_texts_are_asked_about_each_once(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)
    await cached.embed(["a", "b"], QUERY)

    vectors = await cached.embed(["c", "b", "c", "a"], QUERY)

    assert model.asked == [("a", "b"), ("c",)]
    assert [list(one) for one in vectors] == [pytest.approx(vector_of(text)) for text in ["c", "b", "c", "a"]]


async def test_a_query_is_not_a_document(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)

    await cached.embed(["a"], QUERY)
    await cached.embed(["a"], DOCUMENT)

    assert model.asked == [("a",), ("a",)]


async def test_what_was_used_longest_ago_goes_first(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 2)
    for text in ("a", "b", "a", "c", "a", "b"):
        await cached.embed([text], QUERY)

    assert model.asked == [("a",), ("b",), ("c",), ("b",)]


async def test_a_call_larger_than_the_cache_is_answered_whole(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 2)

    vectors = await cached.embed(["a", "b", "c", "d"], QUERY)

    assert [list(one) for one in vectors] == [pytest.approx(vector_of(text)) for text in "abcd"]


async def test_without_entries_nothing_is_kept(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 0)

    await cached.embed(["a"], QUERY)
    await cached.embed(["a"], QUERY)

    assert len(model.asked) == 2


async def test_a_failure_is_not_remembered(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)
    model.away = True
    with pytest.raises(ModelUnavailable):
        await cached.embed(["a"], QUERY)

    model.away = False

    assert len(await cached.embed(["a"], QUERY)) == 1


async def test_what_is_known_is_answered_while_the_model_is_away(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)
    await cached.embed(["a"], QUERY)
    model.away = True

    assert len(await cached.embed(["a"], QUERY)) == 1


async def test_who_changes_a_vector_changes_only_their_own(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)
    (first,) = await cached.embed(["a"], QUERY)

    first[0] = 7.0

    (second,) = await cached.embed(["a"], QUERY)
    assert second[0] != 7.0


async def test_it_is_known_by_the_name_of_its_model(model: WordHashEmbeddings) -> None:
    cached = CachedEmbeddings(model, 10)

    assert (cached.name, cached.dimension) == (model.name, model.dimension)
