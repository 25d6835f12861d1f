"""What the server and the process that listens say to each other: a line of JSON each."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from killrvideo.service_interfaces.speech import Task


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: Literal["packaged", "folder", "hub"]
    place: str = ""
    """A folder, or a hub's id."""
    revision: str | None = None
    """Of a hub's model."""


class Wish(BaseModel):
    """The one line that the process is told."""

    wave: Path
    model: Model
    language: str | None
    """As Whisper calls it."""
    task: Task
    threads: int


class Line(BaseModel):
    """One of those that it answers."""

    progress: float = 0.0
    """From 0 to 1."""
    language: str | None = None
    words: list[tuple[int, int, str]] = []
    """Those since the last line: from and until when, in milliseconds."""
    is_known: bool = True
    """Whether the model knows the language."""
    is_last: bool = False
    fault: str | None = None
    """Why nothing comes any more, for the log."""
