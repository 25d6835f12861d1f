"""Files on their way in: what an upload is, and how far it has come.

The terms are those of the protocol for resumable uploads tus 1.0.0 (https://tus.io/protocols/resumable-upload).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from killrvideo.domain.errors import InvalidUpload, UploadTooLarge
from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.upload_limits import Usage

MEGABYTE = 1024 * 1024
PART_BYTES = 16 * MEGABYTE
PART_SECONDS = 15.0
"""A longer chunk is kept in pieces of so many bytes, or of what came in so many seconds: what a crash or a
connection that falls silent loses of it is less than one piece.
"""
PARTS_MOST = 5_000
"""Pieces of one upload, joined ones included; whoever sends still smaller chunks is asked for larger ones."""
PARTS_BY_TIME = 2_500
"""From here on pieces are full ones, however long they take."""
PARTIAL_PARTS_BY_TIME = 250
"""As `PARTS_BY_TIME`, of an upload that is to be joined with others: ten slow lines of one file fit."""
CONCATENATED_MOST = 100
"""Uploads that one is made of."""
METADATA_LONGEST = 8_192
"""Characters of the header."""
LASTS = timedelta(days=2)
"""How long an upload waits for its next chunk."""


class UploadKind(StrEnum):
    WHOLE = "whole"
    PARTIAL = "partial"
    """To be joined with others, and no video by itself."""
    FINAL = "final"
    """Joined of others, whose pieces are its own; takes no chunks."""
    JOINED = "joined"
    """Was partial, and keeps its pieces for the final one that it is a part of; nobody can ask for it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file that is kept."""

    start: int
    size: int
    key: str
    """Of its blob."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    id: UploadId
    owner_id: AccountId
    kind: UploadKind = UploadKind.WHOLE
    length: int | None = None
    """Bytes in all; None while the client does not know."""
    offset: int = 0
    """Bytes that are kept: where the next chunk begins."""
    parts: int = 0
    """In how many pieces; 0 for a final one, which has none but those of others."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the client says of the file."""
    joined: tuple[UploadId, ...] = ()
    """What a final upload was made of, in order."""
    created_at: datetime
    expires_at: datetime
    version: int = 1

    @property
    def is_complete(self) -> bool:
        return self.offset == self.length

    @property
    def parts_by_time(self) -> int:
        """From so many pieces on they are full ones."""
        return PARTIAL_PARTS_BY_TIME if self.kind is UploadKind.PARTIAL else PARTS_BY_TIME

    @property
    def waits(self) -> bool:
        """Whether it is given up one day unless more of it comes, or it is joined with others."""
        return not self.is_complete or self.kind is UploadKind.PARTIAL

    @property
    def usage(self) -> Usage:
        """What it takes of what its owner may have."""
        told = self.offset if self.length is None else self.length
        own = 0 if self.kind is UploadKind.FINAL else told
        return Usage(uploads=1, pieces=self.parts, bytes=own, waiting=int(self.waits))

    def grown(self, size: int, at: datetime) -> "Upload":
        """The next version, with one more piece at the end. Raises UploadTooLarge, InvalidUpload."""
        if self.length is not None and self.offset + size > self.length:
            raise UploadTooLarge(f"The upload was to have {self.length:,} bytes; these are more.")
        self.check_parts()
        return replace(
            self,
            offset=self.offset + size,
            parts=self.parts + 1,
            expires_at=at + LASTS,
            version=self.version + 1,
        )

    def check_parts(self) -> None:
        """Whether there may be one more. Raises InvalidUpload."""
        if self.parts >= PARTS_MOST:
            raise InvalidUpload(
                f"The upload came in {PARTS_MOST:,} pieces already; begin anew, with chunks of megabytes."
            )

    def check_length(self, length: int | None) -> None:
        """Whether it may be told now. Raises InvalidUpload."""
        if length is None or length == self.length:
            return
        if self.length is not None:
            raise InvalidUpload(f"The upload was to have {self.length:,} bytes; that cannot change.")
        if length < self.offset:
            raise InvalidUpload(f"There are {self.offset:,} bytes already.")

    def with_length(self, length: int | None, at: datetime) -> "Upload":
        """The next version, with its length made known, or not known after all."""
        return replace(self, length=length, expires_at=at + LASTS, version=self.version + 1)

    def given(self) -> "Upload":
        """The next version of a partial one, which is part of a final one now."""
        return replace(self, kind=UploadKind.JOINED, version=self.version + 1)


def check_joined(uploads: Iterable[Upload]) -> None:
    """Whether one upload may be made of these. Raises InvalidUpload."""
    joined = [*uploads]
    if any(one.kind is not UploadKind.PARTIAL or not one.is_complete for one in joined):
        raise InvalidUpload("Only partial uploads that are complete can be concatenated.")
    pieces = sum(one.parts for one in joined)
    if pieces > PARTS_MOST:
        raise InvalidUpload(
            f"These uploads came in {pieces:,} pieces, and one has {PARTS_MOST:,} at most; begin anew, with "
            "chunks of megabytes."
        )


def in_a_row(files: Iterable[Sequence[Part]]) -> list[Part]:
    """Pieces of several files as those of one."""
    pieces = [part for parts in files for part in parts]
    starts = accumulate((part.size for part in pieces), initial=0)
    return [replace(part, start=start) for part, start in zip(pieces, starts, strict=False)]


ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
"""Of checksums. The protocol asks for SHA-1; here it detects accidents, no attacks."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a chunk is to have."""

    algorithm: str
    """One of `ALGORITHMS`."""
    value: bytes

    def hash(self) -> "hashlib._Hash":
        return ALGORITHMS[self.algorithm]()


def prefix_of(upload_id: UploadId) -> str:
    """Where its pieces are kept, and nothing else."""
    return f"uploads/{upload_id}"


def stream_address(upload_id: UploadId) -> str:
    """Where the video that the upload becomes is watched."""
    return f"/api/v1/videos/{upload_id}/stream.m3u8"
