"""Captions that no person wrote, as menus name them: heard by a model, or translated."""

from collections.abc import Sequence
from datetime import datetime

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

    ``declared`` is the language that its owner says it is, if that is known; else it is what was heard. A
    translation that a person mended is asked last.
    """
    spoken = [track.language for track in tracks if is_heard(track)] if declared is None else [declared]

    def worth(track: CaptionTrack) -> tuple[bool, bool, bool, str]:
        is_spoken = any(is_same(track.language, language) for language in spoken)
        return not is_spoken, track.made_of is not None, track.automatic, track.language

    return min((track for track in tracks if not track.automatic or is_heard(track)), key=worth, default=None)


def text_of(track: CaptionTrack) -> str:
    """What a translation of this text is made of."""
    return f"{track.language}:{track.digest}"


def sound_in(language: str) -> str:
    """What is made of it that was said in this language, and not of a track."""
    return language


def is_translation(track: CaptionTrack) -> bool:
    """Whether a model translated it from a text, and nobody has mended it."""
    return track.automatic and not is_heard(track) and (track.made_of is None or ":" in track.made_of)


def is_behind(track: CaptionTrack, original: CaptionTrack) -> bool:
    """Whether a translation is not of the original as it is now.

    Where it is not known what it was made of, instants tell: captions that were brought from elsewhere.
    """
    if not is_translation(track):
        return False
    if track.made_of is None:
        return put_at(track) < put_at(original)
    return track.made_of != text_of(original)


def is_orphan(track: CaptionTrack, tracks: Sequence[CaptionTrack]) -> bool:
    """Whether what it was translated from was taken away: its words must not live on in it."""
    if not track.automatic or track.made_of is None:
        return False
    language, is_text, _ = track.made_of.partition(":")
    if is_text:
        return all(other.language != language for other in tracks)
    return not any(is_same(other.language, language) for other in tracks)


def put_at(track: CaptionTrack) -> datetime:
    return track.updated_at or track.created_at
