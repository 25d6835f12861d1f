"""Who writes down what is said, and who translates it."""

from importlib import import_module
from pathlib import Path

from killrvideo.adapters.language.endpoint import Endpoint
from killrvideo.adapters.language.speech import packaged
from killrvideo.adapters.language.speech.messages import Model
from killrvideo.adapters.language.speech.whisper import WhisperSpeech
from killrvideo.adapters.language.translation.apertium import Apertium
from killrvideo.adapters.language.translation.chain import TranslatorChain
from killrvideo.adapters.language.translation.endpoint import ChatTranslator
from killrvideo.adapters.language.translation.local import LocalTranslator, SentenceModel
from killrvideo.adapters.language.translation.pairs import Pair
from killrvideo.service_interfaces.speech import SpeechModel
from killrvideo.service_interfaces.translation import Translator
from killrvideo.settings.language import ModelSetting
from killrvideo.settings.model import Settings

MARIAN = "killrvideo.adapters.language.translation.marian"
"""Brings large libraries along: imported with the first text."""
THREADS = 1
"""Of one translation."""


def speech_of(settings: Settings) -> SpeechModel | None:
    """None where captions are not wanted."""
    wanted = settings.speech_model
    if wanted.kind == "off":
        return None
    return WhisperSpeech(
        packaged.NAME if wanted.kind == "packaged" else wanted.place,
        Model.model_validate({"kind": wanted.kind, "place": wanted.place, "revision": wanted.revision}),
        threads=settings.speech_threads,
        patience=settings.speech_patience,
    )


def translator_of(settings: Settings) -> TranslatorChain:
    """By default nobody translates."""
    translators: list[Translator] = []
    if settings.translation_models:
        ways = settings.translation_models
        loads = {Pair(way.source, way.target): _Load(way.model) for way in ways}
        translators.append(LocalTranslator(loads))
    if settings.translation_url is not None and settings.translation_model is not None:
        key = settings.translation_api_key
        endpoint = Endpoint(
            settings.translation_url,
            api_key=None if key is None else key.get_secret_value(),
            timeout=settings.translation_timeout_seconds,
        )
        translators.append(ChatTranslator(settings.translation_model, endpoint))
    if settings.translation_apertium:
        translators.append(Apertium())
    return TranslatorChain(translators)


class _Load:
    def __init__(self, wanted: ModelSetting) -> None:
        self._wanted = wanted

    def __call__(self) -> SentenceModel:
        marian, wanted = import_module(MARIAN), self._wanted
        model: SentenceModel = (
            marian.load_folder(Path(wanted.place), THREADS)
            if wanted.kind == "folder"
            else marian.load_hub(wanted.place, wanted.revision, THREADS)
        )
        return model
