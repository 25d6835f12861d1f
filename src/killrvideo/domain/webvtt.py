"""Reading captions of the formats WebVTT and SubRip, and writing WebVTT.

Of a cue, its times and its plain text are kept. Whatever says how and where it is shown (settings, styles,
regions, voices, markup) is passed over, as are notes: what is served again is written anew by us, so that
nothing which somebody uploads reaches another's player as it was.
"""

import html
import re
from collections.abc import Iterator, Sequence

from killrvideo.domain.captions import CUE_LONGEST, CUES_MOST, LARGEST, LATEST, Cue
from killrvideo.domain.errors import InvalidCaptions

HEADER = "WEBVTT"
ARROW = "-->"
TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
TIMING = re.compile(rf"\s*{TIME}[ \t]*-->[ \t]*{TIME}(?:[ \t].*)?")
BLOCKS_WITHOUT_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
"""Of WebVTT, and as some write into SubRip."""
FAR_OUT = re.compile(r"&#\d{8,}")
"""Entities of no character, with more digits than a number is read from."""
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that steer instead of being seen."""
SIXTY = 60

Block = tuple[int, list[str]]
"""Lines without a blank one among them, and the number of the first."""


def read(data: bytes) -> tuple[Cue, ...]:
    """The cues in the order of their times; raises InvalidCaptions, which names the line that is wrong."""
    if len(data) > LARGEST:
        raise InvalidCaptions(f"Captions have at most {LARGEST // 1024} KiB; these have {len(data):,} bytes.")
    cues = read_again(data)
    if len(cues) > CUES_MOST:
        raise InvalidCaptions(f"Captions have at most {CUES_MOST:,} cues; these have {len(cues):,}.")
    return cues


def read_again(data: bytes) -> tuple[Cue, ...]:
    """The same of what was accepted once, however large: `written` may have made it longer."""
    blocks = list(_blocks(_text(data)))
    if blocks and _is_header(blocks[0][1][0]):
        # What follows the header at once says something of the file; a cue there lacks its blank line.
        number, lines = blocks.pop(0)
        _refuse(any(ARROW in line for line in lines), number, "the header is not followed by a blank line")
    elif not blocks or not any(map(TIMING.fullmatch, blocks[0][1][:2])):
        raise InvalidCaptions(f"A file of captions begins with {HEADER}, or is SubRip; this one is neither.")
    cues = [cue for number, lines in blocks for cue in _cues(number, lines)]
    if not cues:
        raise InvalidCaptions("These captions have no cue with a text.")
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))


def written(cues: Sequence[Cue]) -> str:
    """A WebVTT file of the cues, which reads as the same cues again."""
    parts = [HEADER, *(f"{timing(cue.start, cue.end)}\n{_escaped(cue.text)}" for cue in cues)]
    return "\n\n".join(parts) + "\n"


def timing(start: int, end: int) -> str:
    """The line that a cue begins with; both in milliseconds."""
    return f"{_time(start)} {ARROW} {_time(end)}"


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidCaptions(f"Captions are UTF-8; line {line} is something else.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            lines.append(line)
        elif lines:
            yield number - len(lines), lines
            lines = []


def _is_header(line: str) -> bool:
    return line == HEADER or line.startswith((f"{HEADER} ", f"{HEADER}\t"))


def _cues(number: int, lines: list[str]) -> Iterator[Cue]:
    """The cue of a block; several where the blank line between them is missing."""
    timed = [place for place, line in enumerate(lines) if ARROW in line]
    if not timed:
        # Also the text behind a blank line within a cue: the standard lets it fall, too.
        return
    if BLOCKS_WITHOUT_CUE.fullmatch(lines[0]) and timed[0] > 1:
        return
    for place, behind in zip(timed, [*timed[1:], len(lines)], strict=True):
        if cue := _cue(number + place, lines[place], lines[place + 1 : behind]):
            yield cue


def _cue(number: int, timing: str, lines: list[str]) -> Cue | None:
    """None for one that shows nothing."""
    found = TIMING.fullmatch(timing)
    if found is None:
        raise InvalidCaptions(f"Line {number} is no timing of a cue, such as 00:01.000 --> 00:04.500.")
    parts = found.groups()
    start, end = _millis(number, parts[:4]), _millis(number, parts[4:])
    _refuse(end <= start, number, "the cue ends before it begins")
    _refuse(end > LATEST, number, f"the cue ends later than {LATEST // 3_600_000} hours")
    text = "\n".join(plain for line in lines if (plain := _plain(line)))
    _refuse(len(text) > CUE_LONGEST, number, f"the cue has more than {CUE_LONGEST:,} characters")
    return Cue(start, end, text) if text else None


def _millis(number: int, parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, millis = (int(part or 0) for part in parts)
    _refuse(minutes >= SIXTY or seconds >= SIXTY, number, "a minute or an hour has only 60 parts")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis


def _plain(line: str) -> str:
    """Without tags; what entities stand for is text, also where it looks like a tag."""
    bare = FAR_OUT.sub("\N{REPLACEMENT CHARACTER}", TAG.sub("", line))
    return " ".join(UNSEEN.sub("", html.unescape(bare)).split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("{", "&#123;")


def _time(millis: int) -> str:
    seconds, millis = divmod(millis, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{millis:03}"


def _refuse(wrong: bool, number: int, why: str) -> None:
    if wrong:
        raise InvalidCaptions(f"Line {number}: {why}.")
