"""Uploads with sensible defaults, and pieces of them."""

from datetime import datetime
from typing import Any

from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import UploadId
from killrvideo.domain.uploads import LASTS, Part, Upload
from tests.builders.ids import IDS
from tests.holding_still import START

SIZE = 11


def an_upload(owner: Account, *, at: datetime = START, **changes: Any) -> Upload:
    """Of 11 bytes, of which none came yet."""
    told: dict[str, Any] = {"id": UploadId(IDS.new()), "owner_id": owner.id, "length": SIZE}
    return Upload(**{**told, "created_at": at, "expires_at": at + LASTS, **changes})


def a_part(upload: Upload, start: int, size: int) -> Part:
    return Part(start, size, f"uploads/{upload.id}/{start:015}-{IDS.new().hex}")
