"""What was made of a video has addresses of ours, and none of them is taken for somebody else's."""

from dataclasses import replace

import pytest

from killrvideo.domain.media import Picture, picture_address, thumbnail_elsewhere, thumbnail_of
from killrvideo.domain.videos import thumbnail_address
from tests.builders.accounts import an_account
from tests.builders.videos import a_video

VIDEO = a_video(an_account())
TOLD = "https://i.ytimg.com/vi/abc/maxresdefault.jpg"


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (TOLD, TOLD),
        (None, thumbnail_address(VIDEO.youtube_id or "")),
        (picture_address(VIDEO.id, "medium.jpg", "run"), thumbnail_address(VIDEO.youtube_id or "")),
    ],
)
def test_where_a_thumbnail_stands_that_is_not_ours(present: str | None, expected: str) -> None:
    assert thumbnail_elsewhere(replace(VIDEO, thumbnail_url=present)) == expected


def test_an_upload_has_its_thumbnail_nowhere_else() -> None:
    ours = picture_address(VIDEO.id, "medium.jpg", "run")

    assert thumbnail_elsewhere(replace(VIDEO, youtube_id=None, thumbnail_url=ours)) is None


@pytest.mark.parametrize(
    ("widths", "expected"), [([320, 640, 1280], 640), ([320, 480], 480), ([200], 200), ([320, 640], 640)]
)
def test_a_list_shows_a_picture_of_middle_size(widths: list[int], expected: int) -> None:
    pictures = [
        Picture(name=f"{width}.jpg", width=width, height=1, content_type="image/jpeg") for width in widths
    ]

    assert thumbnail_of(pictures).width == expected
