"""What an archive says of itself: its format, and the size and digest of every file."""

import hashlib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from killrvideo.service_interfaces.moving import HoldingKind

MANIFEST = "house.json"
FORMAT: Literal["killrvideo-house"] = "killrvideo-house"
VERSION: Literal[3] = 3
"""To be raised when what a line says changes, or a kind comes that older archives do not have."""
FIRST_KINDS = tuple(HoldingKind)[: list(HoldingKind).index(HoldingKind.VECTORS) + 1]
SECOND_KINDS = tuple(HoldingKind)[: list(HoldingKind).index(HoldingKind.CAPTIONS) + 1]
KINDS: dict[int, tuple[HoldingKind, ...]] = {1: FIRST_KINDS, 2: SECOND_KINDS, VERSION: tuple(HoldingKind)}
"""What an archive of each version holds. Vectors of the first one do not say which text they stand for, and
captions of the second one not whether a model made them.
"""


class Heading(BaseModel):
    """What every manifest of any version has."""

    format: Literal["killrvideo-house"]
    version: int


class RowsFile(BaseModel):
    kind: HoldingKind
    file: str
    rows: int = Field(ge=0)
    size: int = Field(ge=0)
    """Bytes."""
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    format: Literal["killrvideo-house"] = FORMAT
    version: Literal[1, 2, 3] = VERSION
    kinds: list[RowsFile]
    mark: str | None = None
    """The word that stood beside the files of the house."""

    @model_validator(mode="after")
    def _has_each_kind_once(self) -> Self:
        wanted = [(kind, file_of(kind)) for kind in KINDS[self.version]]
        if [(kind.kind, kind.file) for kind in self.kinds] != wanted:
            raise ValueError("an archive has one file for each kind of rows")
        return self


def file_of(kind: HoldingKind) -> str:
    return f"{kind}.jsonl.gz"


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
