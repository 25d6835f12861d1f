"""Pictures as files: made by Pillow, or broken by hand."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(width: int = 1920, height: int = 1080) -> Image.Image:
    """Red, green; blue, white: so that one sees which way it is turned."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def a_file(picture: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    (picture or quarters()).save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def corners(picture: Image.Image) -> list[str]:
    """What colours are left above, right above, left below and right below."""
    right, below = picture.width - 2, picture.height - 2
    return [_name(picture, at) for at in ((1, 1), (right, 1), (1, below), (right, below))]


def _name(picture: Image.Image, at: tuple[int, int]) -> str:
    seen = picture.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    bits = "".join(str(int(part > 127)) for part in seen)
    names = {"100": "red", "010": "green", "001": "blue", "111": "white", "000": "black"}
    return names.get(bits, str(seen))


def a_png_that_says_it_is(width: int, height: int) -> bytes:
    """A few bytes long, whatever it says."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
