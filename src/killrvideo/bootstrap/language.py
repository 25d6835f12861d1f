"""Which models read and write texts."""

from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from killrvideo.adapters.language.answers import ChatAnswers
from killrvideo.adapters.language.embeddings import packaged
from killrvideo.adapters.language.embeddings.caching import CachedEmbeddings
from killrvideo.adapters.language.embeddings.choice import ChosenEmbeddings, NoEmbeddings
from killrvideo.adapters.language.embeddings.files import ModelFiles, TextEncoder
from killrvideo.adapters.language.embeddings.folders import family_prefixes, fingerprint, read_folder
from killrvideo.adapters.language.embeddings.local import OnnxEmbeddings
from killrvideo.adapters.language.embeddings.remote import EndpointEmbeddings
from killrvideo.adapters.language.endpoint import Endpoint
from killrvideo.adapters.language.sentiment.trained import TrainedSentiment, WordSentiment
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.service_interfaces.language import EmbeddingModels, SentimentModel, TextComparer
from killrvideo.settings.language import ModelSetting
from killrvideo.settings.model import PREFIX, Settings
from killrvideo.settings.sources import SettingsError

PACKAGE = "killrvideo.adapters.language.embeddings"
ENCODER, HUB = f"{PACKAGE}.encoder", f"{PACKAGE}.hub"
NETWORK = "killrvideo.adapters.language.sentiment.network"
"""These three bring large libraries along, a second and a hundred megabytes: imported with the first text."""


def embeddings_of(settings: Settings) -> ChosenEmbeddings:
    """Raises SettingsError for a folder that holds no model, or none that can be read."""
    wanted, former = settings.embedding_model, settings.embedding_former
    if wanted.kind == "off":
        return ChosenEmbeddings(NoEmbeddings(wanted.dimension), [], [])
    others = {ModelSetting("packaged"), *([former] if former else ())} - {wanted, ModelSetting("off")}
    models = [_made(setting, settings) for setting in (wanted, *others)]
    current, *rest = [CachedEmbeddings(model, settings.embedding_cache) for model in models]
    comparer = models[0] if isinstance(models[0], OnnxEmbeddings) else None
    return ChosenEmbeddings(current, rest, [model.close for model in models], comparer)


def comparer_of(embeddings: EmbeddingModels) -> TextComparer | None:
    """What compares texts word by word, if the present model can."""
    return embeddings.comparer if isinstance(embeddings, ChosenEmbeddings) else None


def sentiment_of(embeddings: EmbeddingModels) -> SentimentModel:
    """By a head that was trained on vectors of the packaged model, or by words alone where that is off."""
    words = WordSentiment(VaderSentiment())
    model = embeddings.named(packaged.NAME)
    return words if model is None else TrainedSentiment(model, words, lambda: import_module(NETWORK).load())


def answers_of(settings: Settings) -> ChatAnswers | None:
    """What writes answers, if anything does."""
    if settings.answer_url is None or settings.answer_model is None:
        return None
    key = _secret(settings.answer_api_key)
    endpoint = Endpoint(settings.answer_url, api_key=key, timeout=settings.answer_timeout_seconds)
    return ChatAnswers(settings.answer_model, endpoint)


def _made(wanted: ModelSetting, settings: Settings) -> EndpointEmbeddings | OnnxEmbeddings:
    return _remote(wanted, settings) if wanted.kind == "endpoint" else _local(wanted, settings)


def _remote(wanted: ModelSetting, settings: Settings) -> EndpointEmbeddings:
    host = urlsplit(wanted.place).netloc
    # A key is shown to nobody but those whom it is for.
    with_key = host == urlsplit(settings.embedding_model.place).netloc
    endpoint = Endpoint(
        wanted.place,
        api_key=_secret(settings.embedding_api_key) if with_key else None,
        timeout=settings.embedding_timeout_seconds,
    )
    name, prefixes = f"{wanted.model}@{host}", family_prefixes(wanted.model)
    return EndpointEmbeddings(name, wanted.model, wanted.dimension, endpoint, prefixes)


def _local(wanted: ModelSetting, settings: Settings) -> OnnxEmbeddings:
    threads = settings.embedding_threads
    if wanted.kind == "folder":
        folder = Path(wanted.place).resolve()
        try:
            files = read_folder(folder)
            name = f"{folder.name}@{fingerprint(files)}"
        except (OSError, ValueError) as fault:
            raise SettingsError((f"{_variable(wanted, settings)}: {fault}",)) from None
        return OnnxEmbeddings(name, files.dimension, lambda: files, _loaded, threads=threads)
    if wanted.kind == "hub":
        name = f"{wanted.place}@{wanted.revision or 'main'}"
        return OnnxEmbeddings(name, wanted.dimension, lambda: _of_hub(wanted), _loaded, threads=threads)
    return OnnxEmbeddings(
        packaged.NAME, packaged.DIMENSION, packaged.packaged_model, _loaded, threads=threads
    )


def _variable(wanted: ModelSetting, settings: Settings) -> str:
    return f"{PREFIX}EMBEDDING_{'MODEL' if wanted == settings.embedding_model else 'FORMER'}"


def _of_hub(wanted: ModelSetting) -> ModelFiles:
    files: ModelFiles = import_module(HUB).hub_model(wanted.place, wanted.revision)
    return files


def _loaded(files: ModelFiles) -> TextEncoder:
    encoder: TextEncoder = import_module(ENCODER).load(files)
    return encoder


def _secret(key: SecretStr | None) -> str | None:
    return None if key is None else key.get_secret_value()
