"""Files on their way in: what an upload is, and how far it has come.

The terms are those of the protocol for resumable uploads tus 1.0.0 (https://tus.io/protocols/resumable-upload).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

from killrvideo.domain.errors import InvalidUpload, UploadTooLarge
from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.videos import TITLE_LENGTHS

MEGABYTE = 1024 * 1024
PART_BYTES = 16 * MEGABYTE
"""A longer chunk is kept in pieces of so many bytes: what a crash loses of it is less than one piece."""
PARTS_MOST = 5_000
"""Pieces of one upload; whoever sends still smaller chunks is asked for larger ones."""
CONCATENATED_MOST = 100
"""Uploads that one is made of."""
UNTITLED = "Untitled video"
METADATA_LONGEST = 8_192
"""Characters of the header."""
LASTS = timedelta(days=2)
"""How long an upload waits for its next chunk."""


class UploadKind(StrEnum):
    WHOLE = "whole"
    PARTIAL = "partial"
    """To be joined with others, and no video by itself."""
    FINAL = "final"
    """Joined of others; takes no chunks."""


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
    """In how many pieces."""
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
    def waits(self) -> bool:
        """Whether it is given up one day unless more of it comes, or it is joined with others."""
        return not self.is_complete or self.kind is UploadKind.PARTIAL

    def grown(self, sizes: Sequence[int], at: datetime) -> "Upload":
        """The next version, with more pieces at the end. Raises UploadTooLarge, InvalidUpload."""
        size = sum(sizes)
        if self.length is not None and self.offset + size > self.length:
            raise UploadTooLarge(f"The upload was to have {self.length:,} bytes; these are more.")
        if self.parts + len(sizes) > PARTS_MOST:
            raise InvalidUpload(
                f"The upload came in {PARTS_MOST:,} pieces already; begin anew, with chunks of megabytes."
            )
        return replace(
            self,
            offset=self.offset + size,
            parts=self.parts + len(sizes),
            expires_at=at + LASTS,
            version=self.version + 1,
        )

    def with_length(self, length: int) -> "Upload":
        """The same with its length made known. Raises InvalidUpload where another one is known."""
        if self.length not in {None, length}:
            raise InvalidUpload(f"The upload was to have {self.length:,} bytes; that cannot change.")
        if length < self.offset:
            raise InvalidUpload(f"There are {self.offset:,} bytes already.")
        return replace(self, length=length)


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


def title_of(metadata: Mapping[str, str]) -> str:
    """The title that was sent with the file, or else the file's name."""
    for text in (metadata.get("title", ""), PurePath(metadata.get("filename", "")).stem):
        title = " ".join(text.split())[: TITLE_LENGTHS.stop - 1]
        if len(title) in TITLE_LENGTHS:
            return title
    return UNTITLED


def stream_address(upload_id: UploadId) -> str:
    """Where the video that the upload becomes is watched."""
    return f"/api/v1/videos/{upload_id}/stream.m3u8"


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one account may bring."""

    largest: int
    """Bytes of one file."""
    quota: int
    """Bytes of all files that an account has, those on their way included."""
    open_at_once: int = 50
    """Uploads that are not complete."""

    def check_size(self, length: int) -> None:
        """Raises UploadTooLarge."""
        if length > self.largest:
            raise UploadTooLarge(f"A file has at most {self.largest:,} bytes; this one has {length:,}.")

    def check(self, length: int, others: Sequence[Upload]) -> None:
        """Whether there is room for one more of so many bytes. Raises UploadTooLarge."""
        self.check_size(length)
        if sum(not one.is_complete for one in others) >= self.open_at_once:
            raise UploadTooLarge(
                f"{self.open_at_once} uploads are on their way already: finish some, or terminate them."
            )
        used = sum(one.offset if one.length is None else one.length for one in others)
        if used + length > self.quota:
            left = max(0, self.quota - used)
            raise UploadTooLarge(f"Of your {self.quota:,} bytes {left:,} are left; delete some videos first.")
