"""Reading playlists of HTTP Live Streaming as a strict player would: what it does not know is an error."""

import re
from dataclasses import dataclass, field
from typing import Self

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)')
TAGS_OF_MASTERS = {
    "EXT-X-VERSION",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-MEDIA",
    "EXT-X-STREAM-INF",
    "EXT-X-I-FRAME-STREAM-INF",
}
TAGS_OF_STREAMS = {
    "EXT-X-VERSION",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-I-FRAMES-ONLY",
    "EXT-X-TARGETDURATION",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-MAP",
    "EXT-X-BYTERANGE",
    "EXTINF",
    "EXT-X-ENDLIST",
}

Attributes = dict[str, str]


@dataclass
class Entry:
    """A segment of a stream, or a part of one."""

    address: str
    seconds: float
    byte_range: tuple[int, int] | None = None
    """Where it begins, and how many bytes it has."""


@dataclass
class StreamPlaylist:
    tags: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> Self:
        playlist = cls()
        entry = Entry("", 0.0)
        for tag, value in _lines(text, TAGS_OF_STREAMS):
            match tag:
                case "EXTINF":
                    entry.seconds = float(value.removesuffix(","))
                case "EXT-X-BYTERANGE":
                    size, start = value.split("@")
                    entry.byte_range = int(start), int(size)
                case "":
                    entry.address = value
                    playlist.entries.append(entry)
                    entry = Entry("", 0.0)
                case _:
                    assert tag not in playlist.tags, f"{tag} stands twice"
                    playlist.tags[tag] = value
        return playlist

    @property
    def opening(self) -> str:
        return attributes_of(self.tags["EXT-X-MAP"])["URI"]


@dataclass
class MasterPlaylist:
    tags: dict[str, str] = field(default_factory=dict)
    media: list[Attributes] = field(default_factory=list)
    variants: list[Attributes] = field(default_factory=list)
    """With their addresses as URI."""
    key_frames: list[Attributes] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> Self:
        playlist = cls()
        for tag, value in _lines(text, TAGS_OF_MASTERS):
            match tag:
                case "EXT-X-MEDIA":
                    playlist.media.append(attributes_of(value))
                case "EXT-X-STREAM-INF":
                    playlist.variants.append(attributes_of(value))
                case "EXT-X-I-FRAME-STREAM-INF":
                    playlist.key_frames.append(attributes_of(value))
                case "":
                    assert "URI" not in playlist.variants[-1], f"{value} belongs to nothing"
                    playlist.variants[-1]["URI"] = value
                case _:
                    playlist.tags[tag] = value
        return playlist


def attributes_of(text: str) -> Attributes:
    found = ATTRIBUTE.findall(text)
    assert ",".join(f"{name}={value}" for name, value in found) == text, f"not a list of attributes: {text}"
    assert len({name for name, _ in found}) == len(found), f"an attribute stands twice: {text}"
    return {name: value.strip('"') for name, value in found}


def _lines(text: str, known: set[str]) -> list[tuple[str, str]]:
    """Each tag and its value; an address has no tag."""
    first, *lines, last = text.split("\n")
    assert (first, last) == ("#EXTM3U", ""), "a playlist begins with #EXTM3U and ends with a line's end"
    read = []
    for line in lines:
        if line.startswith("#"):
            tag, _, value = line[1:].partition(":")
            assert tag in known, f"unknown here: {line}"
            read.append((tag, value))
        else:
            assert line.strip() == line != "", f"not an address: {line!r}"
            read.append(("", line))
    return read
