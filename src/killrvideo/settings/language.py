"""How a model of texts is named in one setting: what it is, where it is, and how long its vectors are."""

import re
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

HUB_ID = re.compile(r"(?P<place>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?", re.ASCII)
FOLDERS = ("/", "./", "../", "~")
DIMENSION = 384
DIMENSIONS = range(2, 4097)


class ModelSetting(NamedTuple):
    kind: Literal["packaged", "off", "folder", "hub", "endpoint"]
    place: str = ""
    """A folder, a hub's id, or an address."""
    model: str = ""
    """Its name at an endpoint."""
    revision: str | None = None
    """Of a hub's model."""
    dimension: int = DIMENSION
    """Numbers of a vector, where no file on this machine says it."""

    def __str__(self) -> str:
        return self.place or self.kind


def parse_model(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    if text.lower() in ("packaged", "off"):
        return ModelSetting("off" if text.lower() == "off" else "packaged")
    if text.startswith(FOLDERS):
        return ModelSetting("folder", str(Path(text).expanduser()))
    parts = urlsplit(text)
    dimension, rest = _dimension(parts)
    if parts.scheme in {"http", "https"}:
        return _endpoint(parts, dimension, rest)
    match = HUB_ID.fullmatch(parts.path)
    if match is None or parts.scheme or rest or parts.fragment:
        raise ValueError(
            "is neither `packaged` nor `off`, a folder that begins with / or ./, a hub's id such as "
            "intfloat/multilingual-e5-small, nor an address such as https://api.example.org/v1?model=name"
        )
    return ModelSetting("hub", match["place"], revision=match["revision"], dimension=dimension)


def _endpoint(parts: SplitResult, dimension: int, rest: dict[str, str]) -> ModelSetting:
    model = rest.pop("model", "")
    if not model or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            "is not an address such as https://api.example.org/v1?model=name; the key is a setting of its own"
        )
    address = parts._replace(query=urlencode(rest)).geturl()
    return ModelSetting("endpoint", address, model=model, dimension=dimension)


def _dimension(parts: SplitResult) -> tuple[int, dict[str, str]]:
    """And what else stands behind the question mark."""
    rest = dict(parse_qsl(parts.query, keep_blank_values=True))
    written = rest.pop("dimension", str(DIMENSION))
    if not written.isascii() or not written.isdigit() or int(written[:5]) not in DIMENSIONS:
        raise ValueError(f"dimension must be a number from {DIMENSIONS.start} to {DIMENSIONS.stop - 1}")
    return int(written), rest


ModelField = Annotated[ModelSetting, NoDecode, BeforeValidator(parse_model)]
