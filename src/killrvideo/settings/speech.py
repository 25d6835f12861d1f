"""The knobs about what is said: who writes it down, and who translates it."""

import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from killrvideo.settings.fields import AddressField, Quota, QuotaField, split
from killrvideo.settings.language import ModelSetting, parse_model

TAG = r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"
WAY = re.compile(rf"(?P<source>{TAG}):(?P<target>{TAG})=(?P<model>.+)")


class WaySetting(NamedTuple):
    """A model that translates from one language to another."""

    source: str
    target: str
    model: ModelSetting

    def __str__(self) -> str:
        return f"{self.source}:{self.target}={self.model}"


def parse_local_model(raw: object) -> object:
    """A model whose files are on this machine, or will be."""
    model = parse_model(raw)
    if isinstance(model, ModelSetting) and model.kind == "endpoint":
        raise ValueError("is an address, and not a folder or a hub's id")
    return model


def parse_ways(raw: object) -> object:
    parts = split(raw)
    if not isinstance(raw, str) or not isinstance(parts, tuple):
        return raw
    ways = []
    for part in parts:
        found = WAY.fullmatch(part)
        model = parse_local_model(found["model"]) if found else None
        if found is None or not isinstance(model, ModelSetting) or model.kind not in {"folder", "hub"}:
            raise ValueError(f"'{part}' is not written source:target=model, such as en:de=./models/en-de")
        ways.append(WaySetting(found["source"], found["target"], model))
    return tuple(ways)


def tags(parts: tuple[str, ...]) -> tuple[str, ...]:
    for part in parts:
        if not re.fullmatch(TAG, part):
            raise ValueError(f"'{part}' is not a language tag such as en or pt-BR")
    return parts


LocalModelField = Annotated[ModelSetting, NoDecode, BeforeValidator(parse_local_model)]
WaysField = Annotated[tuple[WaySetting, ...], NoDecode, BeforeValidator(parse_ways)]
TagsField = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(tags)]


class SpeechSettings(BaseModel):
    # Who writes down what is said
    speech_model: LocalModelField = Field(
        ModelSetting("packaged"),
        description="What makes captions of uploads: `packaged` (Whisper base); a folder such as "
        "`./models/whisper-small` or a hub's id such as `Systran/faster-whisper-small@main`, both in "
        "faster-whisper's format; or `off`. See `docs/media.md`.",
    )
    speech_threads: int = Field(2, ge=1, le=64, description="Threads that listen to one file.")
    speech_patience: float = Field(
        10,
        gt=0,
        le=1000,
        description="Seconds of work that one second of sound may take; a minute to begin comes on top.",
    )
    speech_into_english: bool = Field(
        False,
        description="Whether what is said in another language gets English captions, too, by the same model: "
        "it listens a second time.",
    )

    # Who translates
    translation_languages: TagsField = Field(
        (), description="Languages that captions are translated into, as tags with commas between."
    )
    translation_models: WaysField = Field(
        (),
        description="Models of one pair of languages each, with commas between: `en:de=./models/en-de` for a "
        "folder, `en:de=owner/name@revision` for a hub's id, both in CTranslate2's format with their "
        "SentencePiece files. Asked first.",
    )
    translation_url: AddressField | None = Field(
        None,
        description="Where a chat model translates, in the manner of OpenAI's API, such as "
        "`https://api.example.org/v1`. Asked for pairs that have no model here.",
    )
    translation_model: str | None = Field(None, min_length=1, description="The name of the model there.")
    translation_api_key: SecretStr | None = Field(None, description="The key for it.")
    translation_timeout_seconds: float = Field(
        60, gt=0, le=600, description="What one question to it may take, all its tries included."
    )
    translation_apertium: bool = Field(
        False, description="Whether Apertium translates what nothing else does, where it is installed."
    )
    quota_translate: QuotaField = Field(
        Quota(60, 60), description="Titles that one caller may ask translations of."
    )
    translations_kept: int = Field(
        1000, ge=1, le=1_000_000, description="Titles with descriptions whose translations stay in memory."
    )
