"""Models of a hub: downloaded once by its own client, and kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from killrvideo.adapters.language.embeddings.encoder import load
from killrvideo.adapters.language.embeddings.hub import hub_model
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from tests.adapters.language.hub_layout import lay_out
from tests.stand_ins.hub import REVISION, Hub, hub_of

REPOSITORY = "intfloat/multilingual-e5-small"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    folder = lay_out(tmp_path / "served", pooling={"pooling_mode": "mean"})
    (folder / "model.safetensors").write_bytes(b"of no use to us")
    with hub_of(folder) as hub:
        yield hub


async def test_a_model_is_downloaded_and_used(hub: Hub, tmp_path: Path, minilm: EmbeddingModel) -> None:
    files = hub_model(REPOSITORY, None, address=hub.address, kept_in=tmp_path / "kept")

    (vector,) = load(files).encode(["Grilling fish"])

    (expected,) = await minilm.embed(["Grilling fish"], Purpose.DOCUMENT)
    assert list(vector) == list(expected)
    assert files.prefixes[Purpose.QUERY] == "query: "


def test_only_what_is_needed_is_downloaded(hub: Hub, tmp_path: Path) -> None:
    hub_model(REPOSITORY, None, address=hub.address, kept_in=tmp_path / "kept")

    assert not any("safetensors" in path for path in hub.asked)


def test_what_was_downloaded_is_used_without_asking(hub: Hub, tmp_path: Path) -> None:
    first = hub_model(REPOSITORY, "main", address=hub.address, kept_in=tmp_path / "kept")
    hub.asked.clear()

    second = hub_model(REPOSITORY, "main", address=hub.address, kept_in=tmp_path / "kept")

    assert (second, hub.asked) == (first, [])


def test_what_was_downloaded_in_part_is_completed(hub: Hub, tmp_path: Path) -> None:
    first = hub_model(REPOSITORY, REVISION, address=hub.address, kept_in=tmp_path / "kept")
    first.tokenizer.unlink()

    second = hub_model(REPOSITORY, REVISION, address=hub.address, kept_in=tmp_path / "kept")

    assert second.tokenizer.is_file()


def test_a_hub_that_cannot_be_reached_is_an_error_for_whoever_loads(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"[Hh]ub"):
        hub_model(REPOSITORY, None, address="http://127.0.0.1:9", kept_in=tmp_path / "kept")


def test_a_repository_without_such_a_model_is_explained(hub: Hub, tmp_path: Path) -> None:
    (hub.folder / "onnx/model.onnx").unlink()

    with pytest.raises(ValueError, match="holds no model"):
        hub_model(REPOSITORY, None, address=hub.address, kept_in=tmp_path / "kept")
