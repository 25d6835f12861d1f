"""A storyboard as players read it: a WebVTT file whose cues name a part of a picture each.

The parts are media fragments (https://www.w3.org/TR/media-frags/, section 4.2.2).
"""

from killrvideo.domain.media import Storyboard
from killrvideo.domain.webvtt import HEADER, timing


def webvtt(board: Storyboard) -> str:
    """Pictures are named relative to the file."""
    return "\n\n".join((HEADER, *(_cue(board, number) for number in range(board.tiles)))) + "\n"


def _cue(board: Storyboard, number: int) -> str:
    sheet, place = divmod(number, board.columns * board.rows)
    row, column = divmod(place, board.columns)
    start, end = (round(1000 * board.every * border) for border in (number, number + 1))
    part = (column * board.width, row * board.height, board.width, board.height)
    return f"{timing(start, end)}\n{board.sheets[sheet]}#xywh={','.join(map(str, part))}"
