"""Captions: what is said in a video, cue by cue, and the tracks that hold them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from killrvideo.domain.errors import InvalidCaptions
from killrvideo.domain.ids import VideoId

LARGEST = 512 * 1024
"""Bytes of a file of captions: twenty hours of talk."""
TOGETHER_MOST = 2 * 1024 * 1024
"""Bytes of all captions of a video, as they are kept: each change of one makes the passages of all anew."""
CUES_MOST = 20_000
CUE_LONGEST = 2000
"""Characters of one cue."""
LATEST = 100 * 3_600_000
"""Milliseconds before which every cue ends."""
LABEL_LONGEST = 60
LANGUAGE_LONGEST = 35
TRACKS_MOST = 50
"""Languages in which one video has captions."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE)
SCRIPT, REGION = 4, 2
"""Letters by which these parts of a language tag are known."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from one instant of the video to another, both in milliseconds from its beginning."""

    start: int
    end: int
    text: str
    """Plain text, without blank lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionTrack:
    """One language's captions of a video, as a list shows them."""

    video_id: VideoId
    language: str
    """A language tag as `clean_language` spells it; a video has one track of each."""
    label: str
    """What a player's menu calls it."""
    digest: str
    """Of the text; two tracks of the same text have the same."""
    created_at: datetime
    updated_at: datetime | None = None
    version: int = 1
    automatic: bool = False
    """Whether a model heard or translated them, and nobody has looked over them since."""
    made_of: str | None = None
    """What a model translated here, as `automatic_captions` names it, also where a person mended it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    track: CaptionTrack
    text: str
    """WebVTT, as `webvtt.written` spells it."""

    def changed(
        self, at: datetime, text: str, label: str, *, automatic: bool = False, made_of: str | None = None
    ) -> "Captions":
        """The next version. ``made_of`` is of what is automatic; a person mends what is there."""
        track = replace(
            self.track,
            label=label,
            digest=digest_of(text),
            updated_at=at,
            version=self.track.version + 1,
            automatic=automatic,
            made_of=made_of if automatic else self.track.made_of,
        )
        return Captions(track=track, text=text)


def digest_of(text: str) -> str:
    """32 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()[:32]


def clean_language(raw: str) -> str:
    """The tag as RFC 5646 recommends to spell it (`pt-BR`, `zh-Hant`); raises InvalidCaptions."""
    if len(raw) > LANGUAGE_LONGEST or not LANGUAGE.fullmatch(raw):
        raise InvalidCaptions("A language is named by a tag such as en, pt-BR or zh-Hant.")
    first, *others = raw.lower().split("-")
    return "-".join((first, *map(_spelled, others)))


def _spelled(part: str) -> str:
    if len(part) == SCRIPT and part.isalpha():
        return part.title()
    return part.upper() if len(part) == REGION else part


def clean_label(raw: str | None, language: str) -> str:
    """What a menu shows, the language's tag where nothing is said; raises InvalidCaptions."""
    label = " ".join((raw or "").split())
    if len(label) > LABEL_LONGEST:
        raise InvalidCaptions(f"A label has at most {LABEL_LONGEST} characters.")
    return label or language
