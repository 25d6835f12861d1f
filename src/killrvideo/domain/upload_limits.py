"""How much one account may bring, and what of that it has used."""

from dataclasses import dataclass

from killrvideo.domain.errors import DiskFull, UploadTooLarge

KILOBYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What some uploads take."""

    uploads: int = 0
    pieces: int = 0
    bytes: int = 0
    """Those that are kept, or announced. What is joined of others has none of its own."""
    waiting: int = 0
    """Uploads that are not complete, or are to be joined with others."""

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            uploads=self.uploads + other.uploads,
            pieces=self.pieces + other.pieces,
            bytes=self.bytes + other.bytes,
            waiting=self.waiting + other.waiting,
        )


ANOTHER_UPLOAD = Usage(uploads=1, waiting=1)
ANOTHER_PIECE = Usage(pieces=1)

CHECKED_MOST = 64 * KILOBYTE * KILOBYTE
"""Bytes of a chunk with a checksum, which is kept as one piece or not at all."""


def check_checked(size: int) -> None:
    """Whether a chunk of so many bytes can have a checksum. Raises UploadTooLarge."""
    if size > CHECKED_MOST:
        raise UploadTooLarge(
            f"A chunk with a checksum has at most {CHECKED_MOST:,} bytes; send smaller chunks, of 16,777,216 "
            "bytes for example, or leave the checksum out."
        )


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one account may bring."""

    largest: int
    """Bytes of one file."""
    quota: int
    """Bytes of all files that an account has, those on their way included."""
    open_at_once: int = 50
    """Uploads that are not complete, or are to be joined with others."""
    chunks_at_once: int = 32
    """That one process takes in; each needs some 24 MB of memory at most."""
    uploads_most: int = 10_000
    """That an account has in all, joined ones included: each look at the quota sums them up."""
    left_free: int = 0
    """Bytes that uploads leave free where files are kept, for everything else that is written there."""
    upload_costs: int = 64 * KILOBYTE
    """Bytes of the quota that each upload takes beside its own: for its rows and what is said of it."""
    piece_costs: int = 4 * KILOBYTE
    """Bytes of the quota that each piece takes beside its own, as a block of the disk may."""

    @property
    def chunks_of_account(self) -> int:
        """That one process takes in at once of one account, so that none keeps all others out. Clients send
        up to ten files, or parts of one, at once, and do not wait long for a place.
        """
        return max(4, self.chunks_at_once // 3)

    @property
    def chunks_unhurried(self) -> int:
        """Up to so many at once may come as slowly as they like; where there are more, all keep a pace."""
        return self.chunks_at_once // 2

    def check_size(self, length: int) -> None:
        """Raises UploadTooLarge."""
        if length > self.largest:
            raise UploadTooLarge(f"A file has at most {self.largest:,} bytes; this one has {length:,}.")

    def check(self, length: int, usage: Usage) -> None:
        """Whether there is room for one more of so many bytes. Raises UploadTooLarge."""
        self.check_size(length)
        self.check_open(usage + ANOTHER_UPLOAD)
        self._check_number(usage + ANOTHER_UPLOAD)
        self.check_quota(length, usage + ANOTHER_UPLOAD)

    def check_open(self, usage: Usage) -> None:
        """Raises UploadTooLarge."""
        if usage.waiting > self.open_at_once:
            raise UploadTooLarge(
                f"{self.open_at_once} uploads are on their way already, or are to be joined: finish some, or "
                "terminate them."
            )

    def _check_number(self, usage: Usage) -> None:
        """Raises UploadTooLarge."""
        if usage.uploads > self.uploads_most:
            raise UploadTooLarge(
                f"An account has at most {self.uploads_most:,} uploads, parts of joined files included. "
                "Delete videos; they free their places when they are removed for good."
            )

    def check_quota(self, more: int, usage: Usage) -> None:
        """Whether so many bytes fit beside what is there. Raises UploadTooLarge."""
        left = self.left_of_quota(usage)
        if more > left:
            raise UploadTooLarge(
                f"Of your {self.quota:,} bytes {max(0, left):,} are left. Terminated uploads free theirs at "
                "once, deleted videos only when they are removed for good."
            )

    def left_of_quota(self, usage: Usage) -> int:
        """Bytes; below zero where there are more than may be."""
        costs = usage.uploads * self.upload_costs + usage.pieces * self.piece_costs
        return self.quota - usage.bytes - costs

    def check_disk(self, length: int, free: int | None) -> None:
        """Whether so many bytes more fit where ``free`` are left (None: nobody knows). Raises DiskFull."""
        if free is not None and length > free - self.left_free:
            raise DiskFull("There is no room for this file on the disk; the operator should make some.")
