"""What a client says of a file that it uploads, as the video begins with it.

Whatever does not fit is cut or left out: no upload is refused at its last byte, and its owner can edit the
video.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath

from killrvideo.domain.captions import clean_language
from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.videos import DESCRIPTION_LONGEST, TAG_LONGEST, TAGS_MOST, TITLE_LENGTHS, clean_tags

UNTITLED = "Untitled video"


def title_of(metadata: Mapping[str, str]) -> str:
    """The title that was sent with the file, or else the file's name."""
    for text in (metadata.get("title", ""), PurePath(metadata.get("filename", "")).stem):
        title = " ".join(_legible(text).split())[: TITLE_LENGTHS.stop - 1].strip()
        if len(title) in TITLE_LENGTHS:
            return title
    return UNTITLED


def description_of(metadata: Mapping[str, str]) -> str | None:
    return _legible(metadata.get("description", "")).strip()[:DESCRIPTION_LONGEST].strip() or None


def tags_of(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Written with commas between."""
    words = [" ".join(_legible(word).split()) for word in metadata.get("tags", "").split(",")]
    return clean_tags(word[:TAG_LONGEST] for word in words[:TAGS_MOST])


def language_of(metadata: Mapping[str, str]) -> str | None:
    """A language tag: what is spoken."""
    with suppress(InvalidInput):
        return clean_language(metadata.get("language", "").strip())
    return None


def _legible(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter.isspace())
