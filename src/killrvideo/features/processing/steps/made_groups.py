"""Which groups of segments are made already, so that a crash costs one group and not the film.

A group counts once its note is there, and its note is there once all its files are. Of two workers that make
the same one, the first note counts, and the files of the other are removed. Notes are of one way of making
streams: what was made for another ladder, or by another encoder, does not fit and is made anew.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from killrvideo.domain.errors import BlobExists, BlobNotFound
from killrvideo.domain.ladder import Ladder
from killrvideo.domain.media import KeyFrame, Segment
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.transcoder import Stretch

OF_A_GROUP = re.compile(r"(\d{5}|sound)-[^/]+")
"""Names of files that belong to a group, or to the sound: its own and that of the worker come first."""
NOTES = "groups"
VIDEO, SOUND = "video/mp4", "audio/mp4"


class MadeGroups:
    def __init__(self, blobs: BlobStore, prefix: str, attempt: str, way: str) -> None:
        """``attempt`` tells the files of this worker from those of another, ``way`` is one of `way_of`."""
        self._blobs = blobs
        self._prefix = prefix
        self._attempt = attempt
        self._notes = f"{NOTES}/{way}"

    async def get(self, group: str) -> Sequence[Stretch] | None:
        """None for one that is not made yet; empty for one after the end of the film."""
        try:
            reading = await self._blobs.read(self._note(group))
        except BlobNotFound:
            return None
        return _stretches(b"".join([chunk async for chunk in reading.chunks]))

    async def keep(self, group: str, made: Sequence[Stretch], folder: Path) -> Sequence[Stretch]:
        """Keeps the files, then the note; what counts."""
        kept = [self._renamed(group, stretch) for stretch in made]
        for before, after in zip(made, kept, strict=True):
            content = VIDEO if before.channels == 0 else SOUND
            for name, key in zip(_files(before), _files(after), strict=True):
                data = await asyncio.to_thread((folder / name).read_bytes)
                await self._blobs.put(f"{self._prefix}/{key}", data, content_type=content)
        try:
            await self._blobs.create(self._note(group), _text(kept), content_type="application/json")
        except BlobExists:
            return await self._give_way(group, kept)
        return kept

    async def forget(self) -> None:
        """Nothing counts as made any more."""
        await self._blobs.delete_all(f"{self._prefix}/{self._notes}")

    async def drop_all_but(self, kept: Iterable[Stretch]) -> None:
        """Removes what workers left that died before their note, and what was made in another way.

        To be called when every group has a note.
        """
        used = {name for stretch in kept for name in _files(stretch)}
        async for info in self._blobs.walk(self._prefix):
            name = info.key.removeprefix(f"{self._prefix}/")
            if name not in used and self._is_of_a_group(name):
                await self._blobs.delete(info.key)

    def _is_of_a_group(self, name: str) -> bool:
        """A note is, if it is of another way."""
        if name.startswith(f"{NOTES}/"):
            return not name.startswith(f"{self._notes}/")
        return OF_A_GROUP.match(name) is not None

    async def _give_way(self, group: str, mine: Sequence[Stretch]) -> Sequence[Stretch]:
        theirs = await self.get(group)
        if theirs is None:
            return mine
        used = {name for stretch in theirs for name in _files(stretch)}
        for name in (name for stretch in mine for name in _files(stretch) if name not in used):
            with suppress(BlobNotFound):
                await self._blobs.delete(f"{self._prefix}/{name}")
        return theirs

    def _renamed(self, group: str, stretch: Stretch) -> Stretch:
        begins = f"{group}-{self._attempt}-"
        segments = tuple(replace(one, name=begins + one.name) for one in stretch.segments)
        return replace(stretch, opening=begins + stretch.opening, segments=segments)

    def _note(self, group: str) -> str:
        return f"{self._prefix}/{self._notes}/{group}.json"


def way_of(ladder: Ladder, making: str) -> str:
    """Names a way of making streams: groups of the same one fit together. For ``making`` see Transcoder."""
    return hashlib.sha256(f"{ladder}\n{making}".encode()).hexdigest()[:16]


def fit_together(groups: Iterable[Sequence[Stretch]]) -> bool:
    """Whether a player that was told how the first one is decoded can go on with the others.

    All that it is told stands in the opening: size, clock, delay, and the encoder's parameters.
    """
    return len({tuple((one.name, one.codecs, one.digest) for one in group) for group in groups}) <= 1


def _files(stretch: Stretch) -> list[str]:
    return [stretch.opening, *(segment.name for segment in stretch.segments)]


def _text(stretches: Sequence[Stretch]) -> bytes:
    return json.dumps([asdict(stretch) for stretch in stretches]).encode()


def _stretches(text: bytes) -> Sequence[Stretch]:
    return [Stretch(**{**one, "segments": tuple(map(_segment, one["segments"]))}) for one in json.loads(text)]


def _segment(fields: dict[str, Any]) -> Segment:
    return Segment(**{**fields, "key_frames": tuple(KeyFrame(**each) for each in fields["key_frames"])})
