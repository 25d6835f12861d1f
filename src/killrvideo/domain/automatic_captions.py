"""Captions that no person wrote, as menus name them: heard by a model, or translated."""

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.languages import label_of


def heard_label(language: str) -> str:
    return label_of(language, "automatic")


def translated_label(language: str) -> str:
    return label_of(language, "automatic translation")


def is_heard(track: CaptionTrack) -> bool:
    """Whether it is what was said, in the language in which it was."""
    return track.automatic and track.label == heard_label(track.language)
