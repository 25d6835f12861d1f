"""Long sound is read a stretch at a time, and cut where it is quiet."""

from pathlib import Path

import numpy as np
import pytest

from evaluations.sounds import RATE, made_up
from killrvideo.adapters.language.speech.waves import STRETCH, length_of, stretches
from tests.adapters.language.speech.conftest import read_wave, write_wave
from tests.clips import ffmpeg


def test_stretches_are_all_of_the_sound(tmp_path: Path) -> None:
    file = write_wave(tmp_path / "long.wav", made_up("drums", 2.6 * STRETCH, seed=1))

    found = list(stretches(file))

    assert np.array_equal(np.concatenate([one.samples for one in found]), read_wave(file))
    assert all(one.seconds <= STRETCH for one in found)
    assert [one.starts for one in found[1:]] == [
        pytest.approx(one.starts + one.seconds) for one in found[:-1]
    ]
    assert length_of(file) == pytest.approx(2.6 * STRETCH)


def test_a_stretch_ends_where_nobody_speaks(tmp_path: Path) -> None:
    sound = made_up("white noise", 2 * STRETCH, seed=1)
    sound[int((STRETCH - 11) * RATE) : int((STRETCH - 10) * RATE)] = 0

    first = next(stretches(write_wave(tmp_path / "pause.wav", sound)))

    assert STRETCH - 11 < first.seconds < STRETCH - 10


def test_short_sound_is_one_stretch_and_none_has_none(tmp_path: Path) -> None:
    [only] = stretches(write_wave(tmp_path / "short.wav", made_up("pink noise", 1.5, seed=1)))
    assert (only.starts, only.seconds) == (0, 1.5)
    assert list(stretches(write_wave(tmp_path / "none.wav", made_up("silence", 0, seed=1)))) == []


def test_sound_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stereo.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-ar", "44100", "-ac", "2", str(file))
    with pytest.raises(ValueError, match="16,000 samples"):
        list(stretches(file))
