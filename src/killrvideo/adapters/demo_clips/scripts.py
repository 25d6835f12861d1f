"""What the demo's clips show and say, read from their TOML file."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

FILE = files("killrvideo.demo").joinpath("clips.toml")
CREATOR = "creator@killrvideo.example"
"""Whose clips they are: an account of the demo catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One clip."""

    title: str
    description: str
    tags: Sequence[str]
    width: int
    height: int
    """Pixels, even numbers."""
    pictures: str
    """A source of ffmpeg's, with filters after it."""
    says: str
    """In English."""

    @property
    def metadata(self) -> dict[str, str]:
        """What is told with the upload."""
        return {
            "title": self.title,
            "description": self.description,
            "tags": ",".join(self.tags),
            "language": "en",
        }


def scripts() -> list[Script]:
    return [Script(**fields) for fields in tomllib.loads(FILE.read_text(encoding="utf-8"))["clips"]]
