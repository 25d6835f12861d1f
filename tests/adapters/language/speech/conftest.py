"""Sound for whoever listens: a voice, and what is none."""

from pathlib import Path
from wave import open as open_wave

import numpy as np
import pytest

from evaluations.sounds import RATE, Sound
from tests.clips import ffmpeg

SPOKEN = Path(__file__).with_name("spoken.ogg")
"""Synthetic: flite's voice `rms` says that the river rises in the mountains, and after the rain nobody can
cross it.
"""


def write_wave(file: Path, sound: Sound) -> Path:
    with open_wave(str(file), "wb") as wave:
        wave.setparams((1, 2, RATE, 0, "NONE", ""))
        wave.writeframes((32767 * sound).astype("<i2").tobytes())
    return file


def read_wave(file: Path) -> Sound:
    with open_wave(str(file), "rb") as wave:
        return np.frombuffer(wave.readframes(wave.getnframes()), "<i2").astype(np.float32) / np.float32(32768)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    ffmpeg("-i", str(SPOKEN), "-ar", str(RATE), "-ac", "1", str(file))
    return file
