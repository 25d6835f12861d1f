"""Models that lie in a folder as hubs lay them out."""

from pathlib import Path

import pytest

from killrvideo.adapters.language.embeddings.encoder import load
from killrvideo.adapters.language.embeddings.files import Pooling, Vector
from killrvideo.adapters.language.embeddings.folders import fingerprint, read_folder
from killrvideo.adapters.language.embeddings.local import OnnxEmbeddings
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from tests.adapters.language.hub_layout import lay_out, write

DOCUMENT, QUERY = Purpose.DOCUMENT, Purpose.QUERY
TEXT = "Grilling fish over charcoal"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "all-MiniLM-L6-v2", reading={"max_seq_length": 256})


def model_in(folder: Path, dimension: int = 384) -> OnnxEmbeddings:
    return OnnxEmbeddings(folder.name, dimension, lambda: read_folder(folder), load, threads=1)


async def vector_of(folder: Path, text: str, purpose: Purpose) -> Vector:
    model = model_in(folder)
    try:
        return (await model.embed([text], purpose))[0]
    finally:
        await model.close()


async def test_the_same_files_make_the_same_vectors(folder: Path, minilm: EmbeddingModel) -> None:
    (expected,) = await minilm.embed([TEXT], DOCUMENT)

    assert list(await vector_of(folder, TEXT, DOCUMENT)) == list(expected)


@pytest.mark.parametrize(
    ("modes", "pooling"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, Pooling.MEAN),
        ({"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}, Pooling.FIRST),
        ({"pooling_mode": "mean"}, Pooling.MEAN),
        ({"pooling_mode": "cls"}, Pooling.FIRST),
        ({"word_embedding_dimension": 384}, Pooling.MEAN),
    ],
)
def test_pooling_is_what_the_folder_says(tmp_path: Path, modes: dict[str, object], pooling: Pooling) -> None:
    assert read_folder(lay_out(tmp_path / "model", pooling=modes)).pooling is pooling


async def test_pooling_changes_the_vector(tmp_path: Path, minilm: EmbeddingModel) -> None:
    folder = lay_out(tmp_path / "model", pooling={"pooling_mode": "cls"})
    (mean,) = await minilm.embed([TEXT], DOCUMENT)

    assert list(await vector_of(folder, TEXT, DOCUMENT)) != list(mean)


@pytest.mark.parametrize(
    ("name", "said", "prefixes"),
    [
        ("multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("e5-base-v2", {}, ("query: ", "passage: ")),
        ("e5-large-instruct", {}, ("", "")),
        ("made5-up", {}, ("", "")),
        ("all-MiniLM-L6-v2", {}, ("", "")),
        ("any", {"prompts": {"query": "Q: ", "document": "D: "}}, ("Q: ", "D: ")),
        ("any", {"prompts": {"query": "Q: ", "passage": "P: "}}, ("Q: ", "P: ")),
        ("multilingual-e5-small", {"prompts": {"query": "Q: "}}, ("Q: ", "")),
    ],
)
def test_prefixes_are_what_the_folder_says_or_the_family_wants(
    tmp_path: Path, name: str, said: dict[str, object], prefixes: tuple[str, str]
) -> None:
    found = read_folder(lay_out(tmp_path / name, prompts=said)).prefixes

    assert (found.get(QUERY, ""), found.get(DOCUMENT, "")) == prefixes


async def test_prefixes_are_read_before_the_text(tmp_path: Path, minilm: EmbeddingModel) -> None:
    folder = lay_out(tmp_path / "multilingual-e5-small")
    as_query, as_passage = await minilm.embed([f"query: {TEXT}", f"passage: {TEXT}"], DOCUMENT)

    assert list(await vector_of(folder, TEXT, QUERY)) == list(as_query)
    assert list(await vector_of(folder, TEXT, DOCUMENT)) == list(as_passage)


@pytest.mark.parametrize(
    ("config", "reading", "tokens"),
    [
        ({"hidden_size": 384, "max_position_embeddings": 512}, {"max_seq_length": 128}, 128),
        ({"hidden_size": 384, "max_position_embeddings": 514}, {}, 512),
        ({"hidden_size": 384, "max_position_embeddings": 130}, {}, 128),
        ({"dim": 768}, {}, 510),
        ({"hidden_size": 384, "max_position_embeddings": 8192}, {"max_seq_length": 8192}, 512),
    ],
)
def test_no_more_is_read_than_the_model_can(
    tmp_path: Path, config: dict[str, object], reading: dict[str, object], tokens: int
) -> None:
    folder = lay_out(tmp_path / "model", reading=reading)
    write(folder, "config.json", config)

    assert read_folder(folder).tokens_most == tokens


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("config.json", None, "has no config.json"),
        ("config.json", "{", "cannot be used"),
        ("config.json", "{}", "how long the vectors are"),
        ("onnx/model.onnx", None, "neither model.onnx nor onnx/model.onnx"),
        ("tokenizer.json", None, "neither tokenizer.json nor onnx/tokenizer.json"),
        ("1_Pooling/config.json", '{"pooling_mode": "lasttoken"}', "wants a pooling"),
        ("sentence_bert_config.json", '{"max_seq_length": 0}', "cannot be used"),
    ],
)
def test_a_folder_that_cannot_be_used_is_explained(
    folder: Path, file: str, content: str | None, said: str
) -> None:
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_text(content)

    with pytest.raises(ValueError, match=said):
        read_folder(folder)


def test_other_files_have_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    same = lay_out(tmp_path / "elsewhere", reading={"max_seq_length": 256})
    shorter = lay_out(tmp_path / "shorter", reading={"max_seq_length": 128})
    other = lay_out(tmp_path / "other", reading={"max_seq_length": 256})
    weights = bytearray((folder / "onnx/model.onnx").read_bytes())
    weights[-100:] = bytes(100)
    (other / "onnx/model.onnx").unlink()
    (other / "onnx/model.onnx").write_bytes(weights)

    prints = [fingerprint(read_folder(one)) for one in (folder, same, shorter, other)]

    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


@pytest.mark.parametrize(("file", "content"), [("onnx/model.onnx", "no"), ("tokenizer.json", "{}")])
async def test_files_that_are_no_model_are_a_model_that_is_away(
    folder: Path, file: str, content: str
) -> None:
    (folder / file).unlink()
    (folder / file).write_text(content)

    with pytest.raises(ModelUnavailable):
        await vector_of(folder, TEXT, DOCUMENT)


async def test_another_dimension_than_expected_is_a_model_that_is_away(folder: Path) -> None:
    with pytest.raises(ModelUnavailable):
        await model_in(folder, dimension=768).embed([TEXT], DOCUMENT)


async def test_a_folder_that_lies_about_its_dimension_is_a_model_that_is_away(folder: Path) -> None:
    write(folder, "config.json", {"hidden_size": 768})
    model = model_in(folder, dimension=768)

    with pytest.raises(ModelUnavailable, match="768 numbers"):
        await model.embed([TEXT], DOCUMENT)

    await model.close()
