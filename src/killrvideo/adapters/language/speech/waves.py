"""Sound, a stretch at a time, so that it takes no more memory however long it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from wave import Wave_read
from wave import open as open_wave

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples in a second."""
STRETCH = 120
"""Seconds of a stretch at most."""
LOOKED_OVER = 30
"""Seconds at its end, of which the quietest moment is where it ends."""
MOMENT = 0.2
"""Seconds."""
LOUDEST = 32768

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    starts: float
    """Seconds from the beginning of the file."""
    samples: Samples
    """From -1 to 1."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def length_of(file: Path) -> float:
    """Seconds. Raises as `stretches` does."""
    with open_wave(str(file), "rb") as wave:
        _check(wave)
        return wave.getnframes() / RATE


def stretches(file: Path) -> Iterator[Stretch]:
    """All of the file in its order. Raises ValueError or wave.Error for another kind of sound, OSError."""
    with open_wave(str(file), "rb") as wave:
        _check(wave)
        starts, samples = 0, _read(wave, STRETCH * RATE)
        while len(samples):
            cut = _quietest(samples) if len(samples) == STRETCH * RATE else len(samples)
            yield Stretch(starts / RATE, samples[:cut])
            starts += cut
            samples = np.concatenate([samples[cut:], _read(wave, cut)])


def _check(wave: Wave_read) -> None:
    if (wave.getframerate(), wave.getnchannels(), wave.getsampwidth()) != (RATE, 1, 2):
        raise ValueError("speech is heard in sound of 16,000 samples a second, one channel and 16 bits")


def _read(wave: Wave_read, frames: int) -> Samples:
    whole = np.frombuffer(wave.readframes(frames), np.dtype("<i2"))
    return whole.astype(np.float32) / np.float32(LOUDEST)


def _quietest(samples: Samples) -> int:
    """Where a word is least likely to be cut: the middle of the quietest moment of the last ones."""
    moment = int(MOMENT * RATE)
    looked_over = len(samples) - LOOKED_OVER * RATE
    moments = samples[looked_over:].reshape(-1, moment)
    quietest = int(np.argmin(np.square(moments).sum(axis=1)))
    return looked_over + quietest * moment + moment // 2
