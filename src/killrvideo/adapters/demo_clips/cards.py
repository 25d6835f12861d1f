"""Titles, drawn with the typeface that comes in Pillow: a machine may have none."""

import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from killrvideo.adapters.demo_clips.scripts import Script

LETTER = 0.5
"""How wide a letter is, of its height."""
PAPER, INK = (0, 0, 0, 160), (255, 255, 255, 255)


def draw_card(script: Script, file: Path) -> None:
    """The title at the top of a picture that is clear elsewhere: captions stand at the bottom."""
    size = max(script.width, script.height) // 17
    lines = textwrap.wrap(script.title, width=int((script.width - 2 * size) / (size * LETTER)))
    card = Image.new("RGBA", (script.width, script.height))
    pen = ImageDraw.Draw(card)
    height = len(lines) * size * 5 // 4 + size
    pen.rectangle((0, size, script.width, size + height), fill=PAPER)
    text = "\n".join(lines)
    place = (script.width / 2, size + height / 2)
    font = ImageFont.load_default(size)
    pen.multiline_text(place, text, fill=INK, font=font, anchor="mm", align="center", spacing=size // 4)
    card.save(file, "PNG")
