"""How models are named in settings, and what is refused."""

from typing import Any

import pytest

from killrvideo.settings.model import PREFIX, Settings
from killrvideo.settings.sources import SettingsError, load_settings

SECRET = "uJ7dXq2mPz9LwT4rBvN8sKcY5hGf3aEo"
PRODUCTION = {"environment": "production", "signing_keys": f"2026:{SECRET}"}


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)


def load(**settings: Any) -> Settings:
    return load_settings(settings, env_file=None)


def faults(**settings: Any) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(**settings)
    return refused.value.lines


@pytest.mark.parametrize(
    ("written", "kind", "place"),
    [
        ("packaged", "packaged", ""),
        (" OFF ", "off", ""),
        ("./models/e5", "folder", "models/e5"),
        ("/srv/models/e5", "folder", "/srv/models/e5"),
        ("intfloat/multilingual-e5-small", "hub", "intfloat/multilingual-e5-small"),
        ("https://api.example.org/v1?model=a", "endpoint", "https://api.example.org/v1"),
    ],
)
def test_one_setting_names_any_model(written: str, kind: str, place: str) -> None:
    model = load(embedding_model=written).embedding_model

    assert (model.kind, model.place, model.dimension) == (kind, place, 384)


def test_an_environment_variable_names_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}EMBEDDING_MODEL", "BAAI/bge-small-en-v1.5@main")
    monkeypatch.setenv(f"{PREFIX}EMBEDDING_FORMER", "packaged")

    settings = load()

    assert (settings.embedding_model.place, settings.embedding_model.revision) == (
        "BAAI/bge-small-en-v1.5",
        "main",
    )
    assert settings.embedding_former is not None
    assert settings.embedding_former.kind == "packaged"


def test_an_address_says_model_and_dimension_and_keeps_what_else_it_has() -> None:
    written = "https://api.example.org/v1?api-version=3&model=org%2Fbig:latest&dimension=1536"

    model = load(embedding_model=written).embedding_model

    assert (model.model, model.dimension) == ("org/big:latest", 1536)
    assert model.place == "https://api.example.org/v1?api-version=3"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("e5", "is neither"),
        ("org/name/more", "is neither"),
        ("org/name?model=x", "is neither"),
        ("ftp://example.org/model", "is neither"),
        ("https://api.example.org/v1", "?model=name"),
        ("https:///v1?model=a", "?model=name"),
        ("https://user:word@api.example.org/v1?model=a", "the key is a setting of its own"),
        ("https://api.example.org/v1?model=a#there", "?model=name"),
        ("https://api.example.org/v1?model=a&dimension=0", "dimension must be"),
        ("https://api.example.org/v1?model=a&dimension=many", "dimension must be"),
        ("org/name?dimension=99999999999999999999", "dimension must be"),
        ("org/name?dimension=١٢٨", "dimension must be"),
    ],
)
def test_what_names_no_model_is_explained(written: str, said: str) -> None:
    for setting in ("embedding_model", "embedding_former"):
        (line,) = faults(**{setting: written})

        assert line.startswith(f"{PREFIX}{setting.upper()}: ")
        assert said in line
        assert "word@" not in line


def test_an_address_that_writes_answers_needs_a_model_there() -> None:
    (line,) = faults(answer_url="https://api.example.org/v1")

    assert "ANSWER_MODEL" in line


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (
            {"embedding_model": "http://models.example.org/v1?model=a", "embedding_api_key": "key"},
            "EMBEDDING_API_KEY",
        ),
        (
            {"answer_url": "http://models.example.org/v1", "answer_model": "a", "answer_api_key": "key"},
            "ANSWER_API_KEY",
        ),
    ],
)
def test_production_sends_no_key_that_others_could_read(settings: dict[str, str], named: str) -> None:
    (line,) = faults(**PRODUCTION, **settings)

    assert named in line
    assert load(**settings).environment == "development"


def test_keys_of_models_are_not_shown() -> None:
    settings = load(embedding_api_key="sk-private-1", answer_api_key="sk-private-2")

    assert "sk-private" not in repr(settings) + settings.model_dump_json()
