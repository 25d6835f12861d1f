"""A folder that holds a model as hubs lay it out: ONNX weights, a tokenizer, and what is said of their use.

What sentence-transformers writes is honoured: how the vectors of tokens become one (``1_Pooling``), how much
of a text is read, and what stands before queries and documents.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field

from killrvideo.adapters.language.embeddings.files import ModelFiles, Pooling
from killrvideo.service_interfaces.language import Purpose

WEIGHTS = ("model.onnx", "onnx/model.onnx")
TOKENIZERS = ("tokenizer.json", "onnx/tokenizer.json")
SETTINGS = ("config.json", "sentence_bert_config.json", "config_sentence_transformers.json")
POOLING = "1_Pooling/config.json"

TOKENS_MOST = 512
"""Time and memory grow with the square."""
PLACES_SET_ASIDE = 2
"""Some families count so many places more than they have for tokens."""
E5 = re.compile(r"(?:^|[-_/])e5-(?!.*instruct)", re.IGNORECASE)
E5_PREFIXES = {Purpose.QUERY: "query: ", Purpose.DOCUMENT: "passage: "}

PIECES, PIECE = 64, 16 * 1024

M = TypeVar("M", bound=BaseModel)


class Architecture(BaseModel):
    """``config.json``: what we use of it. Families disagree on what the dimension is called."""

    hidden_size: int = Field(0, ge=0)
    dim: int = Field(0, ge=0)
    d_model: int = Field(0, ge=0)
    max_position_embeddings: int = Field(TOKENS_MOST, gt=PLACES_SET_ASIDE)


class Reading(BaseModel):
    """``sentence_bert_config.json``."""

    max_seq_length: int | None = Field(None, gt=0)


class Prompts(BaseModel):
    """``config_sentence_transformers.json``."""

    prompts: Mapping[str, str] = {}


class PoolingModes(BaseModel):
    """``1_Pooling/config.json``, as it is written and as it was."""

    pooling_mode: str | None = None
    pooling_mode_mean_tokens: bool = False
    pooling_mode_cls_token: bool = False


def read_folder(folder: Path, name: str | None = None) -> ModelFiles:
    """``name`` is what the model is known by, unless it is the folder's own.

    Raises ValueError for a folder that lacks something or wants what is not to be had; OSError.
    """
    architecture = _read(Architecture, folder / SETTINGS[0])
    dimension = architecture.hidden_size or architecture.dim or architecture.d_model
    if not dimension:
        raise ValueError(f"{folder / SETTINGS[0]} does not say how long the vectors are")
    longest = _read_if_there(Reading, folder / SETTINGS[1]).max_seq_length
    return ModelFiles(
        weights=_one_of(folder, WEIGHTS),
        tokenizer=_one_of(folder, TOKENIZERS),
        dimension=dimension,
        tokens_most=min(TOKENS_MOST, longest or architecture.max_position_embeddings - PLACES_SET_ASIDE),
        pooling=_pooling(folder),
        prefixes=_prefixes(folder, name or folder.name),
    )


def family_prefixes(name: str) -> Mapping[Purpose, str]:
    """What models of this name want to read before a text, where nothing else is known of them."""
    return E5_PREFIXES if E5.search(name) else {}


def fingerprint(files: ModelFiles) -> str:
    """Twelve digits that differ where files differ. Of large ones many pieces are read, not everything."""
    digest = sha256(f"{files.tokens_most} {files.pooling} {sorted(files.prefixes.items())}".encode())
    weights = sorted(files.weights.parent.glob(f"{files.weights.name}*"))
    for path in (*weights, files.tokenizer):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}".encode())
        with path.open("rb") as file:
            for place in range(0, size, max(PIECE, size // PIECES)):
                file.seek(place)
                digest.update(file.read(PIECE))
    return digest.hexdigest()[:12]


def _pooling(folder: Path) -> Pooling:
    modes = _read_if_there(PoolingModes, folder / POOLING)
    if modes == PoolingModes() or modes.pooling_mode == "mean" or modes.pooling_mode_mean_tokens:
        return Pooling.MEAN
    if modes.pooling_mode == "cls" or modes.pooling_mode_cls_token:
        return Pooling.FIRST
    raise ValueError(f"{folder / POOLING} wants a pooling other than the mean or the first token")


def _prefixes(folder: Path, name: str) -> Mapping[Purpose, str]:
    prompts = _read_if_there(Prompts, folder / SETTINGS[2]).prompts
    said = {
        Purpose.QUERY: prompts.get("query", ""),
        Purpose.DOCUMENT: prompts.get("document", prompts.get("passage", "")),
    }
    return said if any(said.values()) else family_prefixes(name)


def _one_of(folder: Path, names: tuple[str, ...]) -> Path:
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise ValueError(f"{folder} holds no model: it has neither {' nor '.join(names)}")
    return found


def _read(model: type[M], path: Path) -> M:
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{path.parent} holds no model: it has no {path.name}") from None
    except ValueError as fault:
        raise ValueError(f"{path} cannot be used: {fault}") from None


def _read_if_there(model: type[M], path: Path) -> M:
    return _read(model, path) if path.is_file() else model()
