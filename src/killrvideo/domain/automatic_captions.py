"""Captions that no person wrote, as menus name them: heard by a model, or translated."""

from collections.abc import Sequence

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.languages import is_same, label_of


def heard_label(language: str) -> str:
    return label_of(language, "automatic")


def translated_label(language: str) -> str:
    return label_of(language, "automatic translation")


def is_heard(track: CaptionTrack) -> bool:
    """Whether it is what was said, in the language in which it was."""
    return track.automatic and track.label == heard_label(track.language)


def original_of(tracks: Sequence[CaptionTrack], declared: str | None) -> CaptionTrack | None:
    """What is said, in the words of a person if there are any, and in the language that is spoken.

    ``declared`` is the language that its owner says it is, if that is known.
    """

    def worth(track: CaptionTrack) -> tuple[bool, bool, str]:
        is_spoken = declared is not None and is_same(track.language, declared)
        return not is_spoken, track.automatic, track.language

    return min((track for track in tracks if not track.automatic or is_heard(track)), key=worth, default=None)
