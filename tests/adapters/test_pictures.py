"""Pictures of any origin come out small, upright and bare, or are refused in a sentence."""

import asyncio
import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from killrvideo.adapters.pictures import PillowPictures
from killrvideo.domain.errors import UnusableFile
from killrvideo.domain.media import FileLimits
from killrvideo.service_interfaces.pictures import Sized
from tests.builders.pictures import a_file, a_png_that_says_it_is, corners, opened, quarters

ORIENTATION, REMARK = 0x0112, "Taken in front of my house"
UPRIGHT = ["red", "green", "blue", "white"]


@pytest.fixture
def maker() -> Iterator[PillowPictures]:
    maker = PillowPictures()
    yield maker
    maker.close()


def told(made: list[Sized]) -> list[tuple[str, int, int]]:
    return [(each.picture.name, each.picture.width, each.picture.height) for each in made]


async def test_three_sizes_are_made_as_progressive_jpeg(maker: PillowPictures) -> None:
    made = list(await maker.sizes(a_file()))

    assert told(made) == [("small.jpg", 320, 180), ("medium.jpg", 640, 360), ("large.jpg", 1280, 720)]
    for each in made:
        picture = opened(each.data)
        assert (picture.format, picture.info.get("progressive")) == ("JPEG", 1)
        assert picture.size == (each.picture.width, each.picture.height)
        assert corners(picture) == UPRIGHT
        assert each.picture.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((480, 360), [("small.jpg", 320, 240), ("medium.jpg", 480, 360)]),
        ((320, 180), [("small.jpg", 320, 180)]),
        ((200, 100), [("small.jpg", 200, 100)]),
        ((1, 1), [("small.jpg", 1, 1)]),
        ((1080, 1920), [("small.jpg", 320, 569), ("medium.jpg", 640, 1138), ("large.jpg", 1080, 1920)]),
        ((3000, 1), [("small.jpg", 320, 1), ("medium.jpg", 640, 1), ("large.jpg", 1280, 1)]),
        ((4, 8000), [("small.jpg", 1, 640), ("medium.jpg", 1, 1280), ("large.jpg", 1, 2560)]),
    ],
)
async def test_no_size_is_larger_than_the_picture_or_equal_to_another(
    maker: PillowPictures, size: tuple[int, int], expected: list[tuple[str, int, int]]
) -> None:
    assert told(list(await maker.sizes(a_file(quarters(*size))))) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
async def test_what_it_is_is_seen_by_its_content(maker: PillowPictures, kind: str) -> None:
    made = await maker.sizes(a_file(quarters(640, 360), kind))

    assert corners(opened(made[-1].data)) == UPRIGHT


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_of_what_moves_the_first_picture_is_taken(maker: PillowPictures, kind: str) -> None:
    others = [Image.new("RGB", (64, 64)) for _ in range(3)]
    data = a_file(quarters(64, 64), kind, save_all=True, append_images=others, duration=40)

    assert corners(opened((await maker.sizes(data))[0].data)) == UPRIGHT


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "RGBA", "I;16"])
async def test_every_kind_of_pixel_becomes_red_green_and_blue(maker: PillowPictures, mode: str) -> None:
    gray = Image.new("RGB", (64, 64), (128, 128, 128))
    picture = Image.new(mode, (64, 64), 0x8000) if mode == "I;16" else gray.convert(mode)
    made = opened((await maker.sizes(a_file(picture, "JPEG" if mode == "CMYK" else "PNG")))[0].data)

    seen = made.convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert isinstance(seen, tuple)
    assert made.mode == "RGB"
    assert all(abs(part - 128) < 20 for part in seen)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_what_is_transparent_is_black(maker: PillowPictures, mode: str) -> None:
    picture = Image.new("RGBA", (64, 64), (255, 255, 255, 0)).convert(mode)
    data = (
        a_file(picture, "PNG")
        if mode != "P"
        else a_file(picture, "PNG", transparency=picture.getpixel((0, 0)))
    )

    assert set(corners(opened((await maker.sizes(data))[0].data))) == {"black"}


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_camera_that_was_held_otherwise_does_no_harm(
    maker: PillowPictures, orientation: int, turn: Image.Transpose, kind: str
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = a_file(quarters(640, 360).transpose(turn), kind, exif=exif)

    made = await maker.sizes(data)

    assert told(list(made))[-1] == ("medium.jpg", 640, 360)
    assert corners(opened(made[-1].data)) == UPRIGHT


def _with_traces(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = REMARK
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 29: REMARK})
    options = {"exif": exif, "icc_profile": REMARK.encode() * 9, "xmp": f"<x>{REMARK}</x>".encode()}
    if kind == "JPEG":
        options["comment"] = REMARK.encode()
    return a_file(quarters(1600, 900), kind, **options) + REMARK.encode()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
async def test_nothing_is_told_of_place_owner_or_camera(maker: PillowPictures, kind: str) -> None:
    data = _with_traces(kind)
    assert REMARK.encode() in data
    assert 0x8825 in opened(data).getexif()

    for each in await maker.sizes(data):
        bare = opened(each.data)
        assert not bare.getexif()
        assert set(bare.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        assert REMARK.encode() not in each.data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
async def test_nonsense_about_the_camera_does_no_harm(maker: PillowPictures) -> None:
    data = a_file(quarters(640, 360), exif=b"Exif\x00\x00MM\x00\x2a\x00\x00\xff\xff" + b"\xff" * 50)

    assert corners(opened((await maker.sizes(data))[-1].data)) == UPRIGHT


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no picture"),
        (b"<!DOCTYPE html><title>Before you continue</title>", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(500), "no picture"),
        (a_file(kind="TIFF"), "no picture"),
        (a_file(kind="BMP"), "no picture"),
        (a_file()[:2000], "broken"),
        (a_file(kind="PNG")[:-300], "broken"),
        (a_png_that_says_it_is(1000, 1000), "broken"),
        (a_png_that_says_it_is(8192, 4321), "too many pixels: 8192 by 4321"),
        (a_png_that_says_it_is(8193, 1), "too many pixels"),
        (a_png_that_says_it_is(12_000, 12_000), "too many pixels"),
        (a_png_that_says_it_is(60_000, 60_000), "too many pixels"),
        (a_png_that_says_it_is(2**31 - 1, 2**31 - 1), "too many pixels"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
async def test_what_cannot_be_shown_is_refused_in_a_sentence(
    maker: PillowPictures, data: bytes, said: str
) -> None:
    with pytest.raises(UnusableFile, match=said) as refused:
        await maker.sizes(data)

    assert refused.value.detail.endswith(".")


async def test_too_many_pixels_are_never_decoded() -> None:
    """The same file is broken, which only decoding finds out."""
    strict = PillowPictures(limits=FileLimits(most_pixels=999_999))

    with pytest.raises(UnusableFile, match="too many pixels"):
        await strict.sizes(a_png_that_says_it_is(1000, 1000))

    strict.close()


async def test_many_at_once_are_made_one_after_the_other(maker: PillowPictures) -> None:
    files = [a_file(quarters(64 + number, 64)) for number in range(20)]

    made = await asyncio.gather(*map(maker.sizes, files))

    assert [each[0].picture.width for each in made] == [64 + number for number in range(20)]


VALID = [a_file(quarters(48, 32), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")]


@settings(max_examples=150)
@given(st.sampled_from(VALID), st.data())
def test_damage_is_either_shown_or_refused(valid: bytes, data: st.DataObject) -> None:
    damaged = bytearray(valid)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    maker = PillowPictures()
    try:
        made = asyncio.run(_made(maker, bytes(damaged)))
    finally:
        maker.close()

    for each in made:
        assert Image.open(io.BytesIO(each.data)).size == (each.picture.width, each.picture.height)


async def _made(maker: PillowPictures, data: bytes) -> list[Sized]:
    try:
        return list(await maker.sizes(data))
    except UnusableFile:
        return []
