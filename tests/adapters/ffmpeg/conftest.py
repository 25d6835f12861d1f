"""A transcoder, and the films it made."""

import pytest

from killrvideo.adapters.ffmpeg.sandbox import Sandbox
from killrvideo.adapters.ffmpeg.tool import Ffmpeg
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from tests.adapters.ffmpeg.films import Films


@pytest.fixture(scope="session")
def transcoder() -> FfmpegTranscoder:
    return FfmpegTranscoder(preset="superfast")


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg(Sandbox(), None, most_pixels=1_000_000, threads=1)


@pytest.fixture(scope="session")
def films(transcoder: FfmpegTranscoder, tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(transcoder, tmp_path_factory.mktemp("films"))
