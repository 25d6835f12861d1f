"""Whether two houses keep the same, whatever order their rows come in."""

import hashlib
import json
from contextlib import aclosing
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.experiments import Arm, Guardrail
from killrvideo.domain.media import Media, Picture, Rendition, Source, Storyboard
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Removal
from killrvideo.domain.videos import Totals, Video
from killrvideo.service_interfaces.moving import (
    TYPE_OF,
    Holding,
    HoldingKind,
    Inventory,
    KeptAccount,
    KeptPart,
    KeptVector,
    KeptVideo,
)

SUMS = 2**256
PARTS = (
    Account,
    Arm,
    CaptionTrack,
    Guardrail,
    Picture,
    Rendition,
    Source,
    Storyboard,
    Totals,
    Video,
)
NAMES: dict[type, list[str]] = {
    kind: [field.name for field in fields(kind)] for kind in (*TYPE_OF.values(), *PARTS)
}
"""Of the fields of whatever a row is made of."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one of the two has, or that says something else in each."""

    kind: HoldingKind
    key: str
    here: str | None
    """As JSON; None where it is missing."""
    there: str | None


async def differences(kind: HoldingKind, here: Inventory, there: Inventory) -> list[Difference]:
    """Needs no more memory than a piece of rows while they are equal; else as much as the kind takes."""
    if await _summed(kind, here) == await _summed(kind, there):
        return []
    left, right = await _texts(kind, here), await _texts(kind, there)
    keys = sorted(key for key in left.keys() | right.keys() if left.get(key) != right.get(key))
    return [Difference(kind, key, left.get(key), right.get(key)) for key in keys]


async def _summed(kind: HoldingKind, inventory: Inventory) -> tuple[int, int]:
    """How many rows there are, and the sum of their digests: the same in any order."""
    count = total = 0
    async with aclosing(inventory.rows(kind)) as rows:
        async for piece in rows:
            count += len(piece)
            for row in piece:
                total += int.from_bytes(hashlib.sha256(_text(row).encode()).digest())
    return count, total % SUMS


async def _texts(kind: HoldingKind, inventory: Inventory) -> dict[str, str]:
    async with aclosing(inventory.rows(kind)) as rows:
        return {_key(row): _text(row) async for piece in rows for row in piece}


def _key(row: Holding) -> str:  # noqa: PLR0912 - a table of kinds
    match row:
        case KeptAccount():
            parts: tuple[object, ...] = (row.account.id,)
        case KeptVideo():
            parts = (row.video.id,)
        case Rating():
            parts = (row.video_id, row.account_id)
        case Removal():
            parts = (row.content_type, row.content_id, row.cause.word)
        case KeptVector():
            parts = (row.video_id, row.model)
        case Captions():
            parts = (row.track.video_id, row.track.language)
        case Media():
            parts = (row.video_id,)
        case KeptPart():
            parts = (row.upload_id, row.start)
        case _:
            parts = (row.id,)
    return " ".join(map(str, parts))


def _text(row: Holding) -> str:
    return ENCODER.encode(row)


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return value.hex
        case Fraction():
            return str(value)
        case frozenset():
            return sorted(value)
    return {name: getattr(value, name) for name in NAMES[type(value)]}


ENCODER = json.JSONEncoder(default=_plain, sort_keys=True, ensure_ascii=False)
