"""Translation by models on this machine: a toy of one, in the format of the real ones."""

from functools import partial
from pathlib import Path

import pytest

from killrvideo.adapters.language.snapshots import snapshot
from killrvideo.adapters.language.translation.local import LocalTranslator
from killrvideo.adapters.language.translation.marian import WANTED, Marian, load_folder
from killrvideo.adapters.language.translation.pairs import Pair
from killrvideo.bootstrap.speech import translator_of
from killrvideo.domain.errors import ModelUnavailable, TranslationUnavailable
from killrvideo.settings.model import Settings
from killrvideo.settings.speech import parse_ways
from tests.stand_ins.hub import hub_of
from tests.toy_translation import toy_model

WORDS = {"It": "Es", "rains": "regnet", "today.": "heute.", "Nobody": "Niemand", "comes.": "kommt."}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_model(tmp_path_factory.mktemp("toy") / "en-de", WORDS)


@pytest.fixture
def translator(folder: Path) -> LocalTranslator:
    return LocalTranslator({Pair("en", "de"): partial(load_folder, folder, 1)})


async def test_sentences_are_translated_in_their_lines(translator: LocalTranslator) -> None:
    texts = ["It rains today. Nobody comes.\n\nNobody comes.", "", "It rains today."]
    assert await translator.translate(texts, "en", "de") == [
        "Es regnet heute. Niemand kommt.\n\nNiemand kommt.",
        "",
        "Es regnet heute.",
    ]


async def test_what_the_model_does_not_know_stays_as_it_is(translator: LocalTranslator) -> None:
    assert await translator.translate(["It rains Kubernetes today."], "en", "de") == [
        "Es regnet Kubernetes heute."
    ]


async def test_a_model_of_a_language_does_for_its_countries_and_for_no_other_script(
    translator: LocalTranslator,
) -> None:
    assert await translator.knows("en-GB", "de-CH")
    assert await translator.translate(["It rains today."], "en-GB", "de-CH") == ["Es regnet heute."]
    for pair in (("de", "en"), ("en", "fr"), ("en", "de-Cyrl")):
        assert not await translator.knows(*pair)
        with pytest.raises(TranslationUnavailable):
            await translator.translate(["It rains."], *pair)


async def test_a_folder_without_a_model_is_no_model(tmp_path: Path) -> None:
    translator = LocalTranslator({Pair("en", "de"): partial(load_folder, tmp_path, 1)})
    assert await translator.knows("en", "de")
    with pytest.raises(ModelUnavailable):
        await translator.translate(["It rains."], "en", "de")


def test_a_model_of_a_hub_is_downloaded_and_kept(folder: Path, tmp_path: Path) -> None:
    with hub_of(folder) as hub:
        model = snapshot(
            "owner/en-de",
            None,
            WANTED,
            lambda files: Marian(files, 1),
            address=hub.address,
            kept_in=tmp_path / "kept",
        )
        asked = len(hub.asked)
        snapshot("owner/en-de", None, WANTED, str, address=hub.address, kept_in=tmp_path / "kept")
    assert model.translated(["It rains today."]) == ["Es regnet heute."]
    assert len(hub.asked) == asked


async def test_settings_choose_models(folder: Path) -> None:
    ways = parse_ways(f"en:de={folder}, fr:de=owner/fr-de@main")
    translator = translator_of(Settings(_env_file=None, translation_models=ways))  # type: ignore[arg-type]
    assert await translator.translate(["Nobody comes."], "en", "de") == ["Niemand kommt."]
    assert await translator.knows("fr", "de")
    assert not await translator.knows("de", "en")


@pytest.mark.parametrize(
    "wrong", ["en-de=./models", "en:de", "en:de=https://example.org/v1?model=x", "en:de=off"]
)
def test_settings_that_name_no_model_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        parse_ways(wrong)
