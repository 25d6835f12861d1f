"""Pictures of unknown origin, encoded anew by Pillow in threads of its own.

What leaves here holds pixels and nothing else: no place where it was taken, no owner, no remark, and none of
the bytes that came in.
"""

import asyncio
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from killrvideo.domain.errors import UnusableFile
from killrvideo.domain.media import FileLimits, Picture
from killrvideo.service_interfaces.pictures import Sized

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""All that is tried, whatever a name or a header says; of those that move, the first picture is taken."""
JPEG = "image/jpeg"
QUALITY = 82
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BACKGROUND = (0, 0, 0)
"""Behind what is transparent: a player is black, too."""


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    width: int

    @property
    def height(self) -> int:
        """No picture is taller than this: twice the width has room for a phone held upright."""
        return 2 * self.width


SIZES = (Size("small.jpg", 320), Size("medium.jpg", 640), Size("large.jpg", 1280))


class PillowPictures:
    """Keeps PictureMaker. A size that would be no larger than the one before it is left out."""

    def __init__(self, *, at_once: int = 1, limits: FileLimits | None = None) -> None:
        """``at_once``: pictures in work; each takes up to 16 bytes of memory a pixel."""
        self._limits = limits or FileLimits()
        self._threads = ThreadPoolExecutor(at_once, "pictures")

    async def sizes(self, data: bytes) -> Sequence[Sized]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._made, data)

    def close(self) -> None:
        """Finishes the picture at hand and lets the threads go."""
        self._threads.shutdown(cancel_futures=True)

    def _made(self, data: bytes) -> list[Sized]:
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                self._check(picture)
                upright = _upright(picture)
        except UnusableFile:
            raise
        except TOO_LARGE:
            raise UnusableFile("This picture has too many pixels.") from None
        except UnidentifiedImageError:
            raise UnusableFile(
                "This is no picture of a kind that we read: JPEG, PNG, WebP, GIF or AVIF."
            ) from None
        except Exception:  # What decoders raise for broken files is of every kind.
            raise UnusableFile("This picture is broken.") from None
        return list(_encoded(upright))

    def _check(self, picture: Image.Image) -> None:
        """Before anything is decoded: the first bytes tell the size."""
        width, height = picture.size
        if width * height > self._limits.most_pixels or max(width, height) > self._limits.largest_side:
            raise UnusableFile(f"This picture has too many pixels: {width} by {height}.")


def _upright(picture: Image.Image) -> Image.Image:
    """In the largest size that is wanted, turned as the camera was held, and nothing but red, green, blue."""
    largest = SIZES[-1]
    picture.draft("RGB", (largest.width, largest.width))
    picture.load()
    with suppress(Exception):  # Nonsense about the camera: the picture is shown as it is.
        ImageOps.exif_transpose(picture, in_place=True)
    return _fitted(_opaque(picture), largest)


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    if not picture.has_transparency_data:
        return _in_8_bits(picture).convert("RGB")
    shown = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    behind = Image.new("RGB", picture.size, BACKGROUND)
    behind.paste(shown, mask=shown)
    return behind


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Gray with 16 bits would come out white."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda gray: gray / 256).convert("L")
    return picture


def _fitted(picture: Image.Image, size: Size) -> Image.Image:
    """Within the size, in its own proportions; never larger than it is."""
    shrunk = min(1.0, size.width / picture.width, size.height / picture.height)
    target = (max(1, round(picture.width * shrunk)), max(1, round(picture.height * shrunk)))
    if target == picture.size:
        return picture
    return picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encoded(picture: Image.Image) -> Iterator[Sized]:
    """Smallest first."""
    before = (0, 0)
    for size in SIZES:
        fitted = _fitted(picture, size)
        if fitted.size == before:
            return
        before = fitted.size
        told = Picture(name=size.name, width=fitted.width, height=fitted.height, content_type=JPEG)
        yield Sized(picture=told, data=_jpeg(fitted))


def _jpeg(picture: Image.Image) -> bytes:
    bare = picture.copy()
    bare.info = {}  # Pillow would carry a remark over.
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
