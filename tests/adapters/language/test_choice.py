"""Which models the settings choose, and which of them know earlier vectors."""

from pathlib import Path
from typing import Any

import pytest

from killrvideo.adapters.language.embeddings.packaged import NAME
from killrvideo.bootstrap.language import answers_of, embeddings_of
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose
from killrvideo.settings.sources import SettingsError, load_settings
from tests.adapters.language.hub_layout import lay_out
from tests.stand_ins.embeddings import vector_of
from tests.stand_ins.model_endpoint import ModelEndpoint

KEY = "sk-very-private"


def chosen(**settings: Any) -> Any:
    return embeddings_of(load_settings(settings, env_file=None))


async def embed(model: EmbeddingModel, text: str = "fish") -> list[float]:
    (vector,) = await model.embed([text], Purpose.QUERY)
    return list(vector)


async def test_the_packaged_model_is_there_unless_another_is_wanted(minilm: EmbeddingModel) -> None:
    models = chosen()

    assert (models.current.name, models.current.dimension) == (NAME, 384)
    assert models.named(NAME) is models.current
    assert models.named("another") is None
    await models.close()


async def test_switched_off_there_is_none(minilm: EmbeddingModel) -> None:
    models = chosen(embedding_model="off")

    with pytest.raises(ModelUnavailable):
        await embed(models.current)
    assert models.named(NAME) is None
    await models.close()


async def test_a_folder_is_known_by_its_name_and_what_is_in_it(
    tmp_path: Path, minilm: EmbeddingModel
) -> None:
    folder = lay_out(tmp_path / "my-model")

    models = chosen(embedding_model=str(folder))

    name, _, digits = models.current.name.partition("@")
    assert (name, len(digits)) == ("my-model", 12)
    assert await embed(models.current) == await embed(minilm)
    await models.close()


@pytest.mark.parametrize("setting", ["embedding_model", "embedding_former"])
def test_a_folder_that_holds_no_model_is_told_at_once(tmp_path: Path, setting: str) -> None:
    with pytest.raises(SettingsError, match=f"KILLRVIDEO_{setting.upper()}: .* holds no model"):
        chosen(**{setting: str(tmp_path / "nowhere")})


def test_a_folder_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "my-model")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").mkdir()

    with pytest.raises(SettingsError, match=r"KILLRVIDEO_EMBEDDING_MODEL: .*tokenizer\.json"):
        chosen(embedding_model=str(folder))


async def test_a_model_of_a_hub_is_known_by_its_id_and_revision() -> None:
    models = chosen(embedding_model="intfloat/multilingual-e5-base@v2?dimension=768")

    assert models.current.name == "intfloat/multilingual-e5-base@v2"
    assert models.current.dimension == 768
    assert models.named(NAME) is not None
    await models.close()


async def test_an_endpoint_is_known_by_model_and_host(elsewhere: ModelEndpoint) -> None:
    models = chosen(embedding_model=f"{elsewhere.address}?model=small", embedding_api_key=KEY)
    host = elsewhere.address.removeprefix("http://").removesuffix("/v1")

    assert models.current.name == f"small@{host}"
    assert await embed(models.current) == pytest.approx(vector_of("fish"))
    assert elsewhere.questions[0].key == f"Bearer {KEY}"
    assert elsewhere.questions[0].query == ""
    await models.close()


async def test_the_model_of_earlier_vectors_answers_by_its_name(
    tmp_path: Path, minilm: EmbeddingModel, elsewhere: ModelEndpoint
) -> None:
    before = chosen(embedding_model=str(lay_out(tmp_path / "my-model")))
    after = chosen(
        embedding_model=f"{elsewhere.address}?model=small", embedding_former=str(tmp_path / "my-model")
    )

    former = after.named(before.current.name)

    assert former is not None
    assert await embed(former) == await embed(minilm)
    assert after.current.name.startswith("small@")
    await before.close()
    await after.close()


async def test_a_key_is_sent_only_to_the_host_that_it_is_for(elsewhere: ModelEndpoint) -> None:
    other = elsewhere.address.replace("127.0.0.1", "localhost")
    models = chosen(
        embedding_model=f"{other}?model=small",
        embedding_former=f"{elsewhere.address}?model=old",
        embedding_api_key=KEY,
    )
    host = elsewhere.address.removeprefix("http://").removesuffix("/v1")
    former = models.named(f"old@{host}")

    assert former is not None
    await embed(former)
    assert [question.key for question in elsewhere.questions] == [None]
    await models.close()


async def test_a_text_that_was_embedded_is_remembered(elsewhere: ModelEndpoint) -> None:
    models = chosen(embedding_model=f"{elsewhere.address}?model=small")

    assert await embed(models.current) == await embed(models.current)

    assert len(elsewhere.questions) == 1
    await models.close()


def test_nothing_writes_answers_unless_something_is_set() -> None:
    assert answers_of(load_settings({}, env_file=None)) is None


async def test_answers_are_written_where_the_settings_say(elsewhere: ModelEndpoint) -> None:
    wanted = {"answer_url": elsewhere.address, "answer_model": "writer", "answer_api_key": KEY}
    writer = answers_of(load_settings(wanted, env_file=None))

    assert writer is not None
    assert await writer.write("How?", ["So."]) == elsewhere.says
    assert elsewhere.questions[0].key == f"Bearer {KEY}"
    await writer.close()
