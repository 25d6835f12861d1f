"""Passages: pieces of what is said in a video or about it, short enough to be quoted as an answer."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from killrvideo.domain.captions import CaptionTrack, Cue
from killrvideo.domain.ids import VideoId
from killrvideo.domain.sentences import length_of, spans_of
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video

ENOUGH, MOST = 40, 80
"""Words of a passage: it ends with the sentence that brings it to the first, unless there are more than the
second already."""
SCRAP = 15
"""Words of a last passage that is joined to the one before."""
PAUSE = 15_000
"""Milliseconds of silence that end a passage: what is said after it begins elsewhere."""


@dataclass(frozen=True, slots=True)
class Passage:
    video_id: VideoId
    number: int
    """Among those of the video, from 0."""
    language: str | None
    """Of the captions that it is from; None for the description."""
    start: int
    end: int
    """Milliseconds of the video; both 0 in the description."""
    text: str

    @property
    def start_second(self) -> int:
        """Where a player begins to hear all of it."""
        return self.start // 1000

    @property
    def end_second(self) -> int:
        """Where all of it has been heard."""
        return -(-self.end // 1000)


@dataclass(frozen=True, slots=True)
class PassageHit:
    passage: Passage
    score: float
    """By words, their worth, more is better; by vectors, the cosine."""


@dataclass(frozen=True, slots=True)
class PassageHits:
    """Each list best first, of passages of public videos; one passage may be in both."""

    by_words: tuple[PassageHit, ...] = ()
    by_meaning: tuple[PassageHit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSet:
    """All passages of a video, and what they were made of."""

    video: Video
    """As it was read."""
    tracks: tuple[CaptionTrack, ...]
    passages: tuple[Passage, ...]
    model: str | None = None
    """Of the vectors; None where there are none."""
    vectors: tuple[Sequence[float], ...] = ()
    """One for each passage."""


def made_of(video: Video, tracks: Sequence[CaptionTrack]) -> str:
    """What tells whether passages are of the present texts."""
    spoken = sorted(f"{track.language}:{track.digest}" for track in tracks)
    return ",".join((digest_of(text_of(video)), *spoken))


def embedded_text(title: str, passage: Passage) -> str:
    """What a passage is embedded from: a sentence of a talk often does not say what the talk is about."""
    return f"{title}\n{passage.text}"


def passages_in(video: Video, spoken: Sequence[tuple[CaptionTrack, Sequence[Cue]]]) -> tuple[Passage, ...]:
    """Of the description first, then of each track."""
    found = list(_of_description(video))
    for track, cues in spoken:
        found += _of_track(video.id, track.language, cues)
    return tuple(replace(passage, number=number) for number, passage in enumerate(found))


def _of_description(video: Video) -> Iterator[Passage]:
    text = _in_one_line(video.description or "")
    for start, end in _packed(text):
        yield Passage(video.id, 0, None, 0, 0, text[start:end])


def _of_track(video_id: VideoId, language: str, cues: Sequence[Cue]) -> Iterator[Passage]:
    timed, text = _joined(cues)
    offsets = [offset for offset, _ in timed]
    for start, end in _packed(text, _after_pauses(timed)):
        first = bisect_right(offsets, start) - 1
        last = bisect_right(offsets, end - 1) - 1
        until = max(cue.end for _, cue in timed[first : last + 1])
        yield Passage(video_id, 0, language, timed[first][1].start, until, text[start:end])


def _joined(cues: Sequence[Cue]) -> tuple[list[tuple[int, Cue]], str]:
    """The whole text, and where in it each cue begins."""
    timed: list[tuple[int, Cue]] = []
    parts: list[str] = []
    length, last_line = 0, ""
    for cue in cues:
        lines = cue.text.split("\n")
        # Captions that roll up show the line before once more.
        fresh = _in_one_line(" ".join(lines[1:] if lines[0] == last_line else lines))
        last_line = lines[-1]
        if fresh:
            timed.append((length, cue))
            parts.append(fresh)
            length += len(fresh) + 1
    return timed, " ".join(parts)


def _after_pauses(timed: Sequence[tuple[int, Cue]]) -> list[int]:
    """Where in the text something is said after a pause."""
    return [offset for (_, one), (offset, other) in pairwise(timed) if other.start - one.end >= PAUSE]


def _packed(text: str, breaks: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Whole sentences together, as many as make a passage; none goes on across a break."""
    packed: list[tuple[int, int]] = []
    held: tuple[int, int] | None = None
    for start, end in spans_of(text):
        is_apart = held is not None and _has_between(breaks, held[1], start)
        if held is not None and (is_apart or _is_full(text, held, end)):
            packed.append(held)
            held = None
        held = (start if held is None else held[0], end)
    if held is None:
        return packed
    is_scrap = length_of(text[slice(*held)]) < SCRAP
    if packed and is_scrap and not _has_between(breaks, packed[-1][1], held[0]):
        held = (packed.pop()[0], held[1])
    return [*packed, held]


def _has_between(breaks: Sequence[int], first: int, last: int) -> bool:
    place = bisect_left(breaks, first)
    return place < len(breaks) and breaks[place] <= last


def _is_full(text: str, held: tuple[int, int], end: int) -> bool:
    return length_of(text[slice(*held)]) >= ENOUGH or length_of(text[held[0] : end]) > MOST


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
