"""Embeddings that an endpoint makes: nothing is believed that does not fit."""

from collections.abc import AsyncIterator
from math import sqrt
from typing import Any

import pytest
from starlette.responses import Response

from killrvideo.adapters.language.embeddings.folders import family_prefixes
from killrvideo.adapters.language.embeddings.remote import CHARACTERS_MOST, EndpointEmbeddings
from killrvideo.adapters.language.endpoint import Endpoint
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import Purpose
from tests.stand_ins.embeddings import DIMENSION, vector_of
from tests.stand_ins.model_endpoint import ModelEndpoint

DOCUMENT, QUERY = Purpose.DOCUMENT, Purpose.QUERY


@pytest.fixture
async def remote(elsewhere: ModelEndpoint) -> AsyncIterator[EndpointEmbeddings]:
    model = embeddings(elsewhere, "small-model", DIMENSION)
    yield model
    await model.close()


@pytest.fixture
async def tiny(elsewhere: ModelEndpoint) -> AsyncIterator[EndpointEmbeddings]:
    model = embeddings(elsewhere, "multilingual-e5-tiny", 2)
    yield model
    await model.close()


def embeddings(elsewhere: ModelEndpoint, model: str, dimension: int) -> EndpointEmbeddings:
    endpoint = Endpoint(elsewhere.address, api_key="key", timeout=30)
    return EndpointEmbeddings(f"{model}@there", model, dimension, endpoint, family_prefixes(model))


async def test_vectors_are_in_the_order_of_the_texts(remote: EndpointEmbeddings) -> None:
    texts = [f"text {number}" for number in range(150)]

    vectors = await remote.embed(texts, DOCUMENT)

    assert [list(vector) for vector in vectors] == [pytest.approx(vector_of(text)) for text in texts]


async def test_many_texts_are_several_questions(remote: EndpointEmbeddings, elsewhere: ModelEndpoint) -> None:
    await remote.embed([f"text {number}" for number in range(150)], DOCUMENT)

    assert [len(question.body["input"]) for question in elsewhere.questions] == [64, 64, 22]
    assert {question.body["model"] for question in elsewhere.questions} == {"small-model"}


async def test_no_text_is_no_question(remote: EndpointEmbeddings, elsewhere: ModelEndpoint) -> None:
    assert list(await remote.embed([], DOCUMENT)) == []
    assert elsewhere.questions == []


async def test_the_family_gets_its_prefixes(tiny: EndpointEmbeddings, elsewhere: ModelEndpoint) -> None:
    for purpose in (QUERY, DOCUMENT):
        elsewhere.embeds([1.0, 0.0])
        await tiny.embed(["fish"], purpose)

    assert [question.body["input"] for question in elsewhere.questions] == [
        ["query: fish"],
        ["passage: fish"],
    ]


async def test_texts_are_made_fit_to_be_sent(remote: EndpointEmbeddings, elsewhere: ModelEndpoint) -> None:
    await remote.embed(["", " \n", "\ud83d", "x" * 10_000], DOCUMENT)

    assert elsewhere.questions[0].body["input"] == ["-", "-", "?", "x" * CHARACTERS_MOST]


async def test_vectors_are_made_of_length_one(tiny: EndpointEmbeddings, elsewhere: ModelEndpoint) -> None:
    elsewhere.embeds([3, 4])

    (vector,) = await tiny.embed(["fish"], DOCUMENT)

    assert list(vector) == pytest.approx([0.6, 0.8])
    assert sqrt(sum(number * number for number in vector)) == pytest.approx(1)


@pytest.mark.parametrize(
    "vectors",
    [
        [[1.0, 0.0, 0.0], [1.0, 0.0]],
        [[], [1.0, 0.0]],
        [[0.0, 0.0], [1.0, 0.0]],
        [["NaN", 0.0], [1.0, 0.0]],
        [[1e308, 1e308], [1.0, 0.0]],
        [["wrong", 0.0], [1.0, 0.0]],
        [[1.0, 0.0]],
        [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]],
    ],
    ids=["long", "empty", "zero", "nan", "infinite", "words", "too few", "too many"],
)
async def test_vectors_that_do_not_fit_are_refused(
    tiny: EndpointEmbeddings, elsewhere: ModelEndpoint, vectors: list[list[Any]]
) -> None:
    elsewhere.embeds(*vectors)

    with pytest.raises(ModelUnavailable):
        await tiny.embed(["fish", "bread"], DOCUMENT)


@pytest.mark.parametrize("indexes", [[0, 0], [1, 2], [-1, 0]])
async def test_vectors_that_belong_to_no_text_are_refused(
    tiny: EndpointEmbeddings, elsewhere: ModelEndpoint, indexes: list[int]
) -> None:
    elsewhere.embeds([1.0, 0.0], [0.0, 1.0], indexes=indexes)

    with pytest.raises(ModelUnavailable):
        await tiny.embed(["fish", "bread"], DOCUMENT)


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "{}", '{"data": null}', '{"data": [{"index": 0}]}'])
async def test_an_answer_of_another_kind_is_refused(
    tiny: EndpointEmbeddings, elsewhere: ModelEndpoint, body: str
) -> None:
    elsewhere.next = [Response(body, media_type="application/json")]

    with pytest.raises(ModelUnavailable):
        await tiny.embed(["fish"], DOCUMENT)


async def test_an_odd_answer_is_forgotten_with_the_next(
    tiny: EndpointEmbeddings, elsewhere: ModelEndpoint
) -> None:
    elsewhere.next = [Response("no JSON")]
    with pytest.raises(ModelUnavailable):
        await tiny.embed(["fish"], DOCUMENT)
    elsewhere.embeds([1.0, 0.0])

    assert [list(vector) for vector in await tiny.embed(["fish"], DOCUMENT)] == [[1.0, 0.0]]
