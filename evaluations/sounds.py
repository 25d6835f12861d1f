"""Sound in which nobody speaks, made up by a seed: silence, noise of several colours, and music of a kind."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples in a second."""
LOUD = 0.5

Sound = NDArray[np.float32]
Chance = np.random.Generator


def silence(seconds: float, _: Chance) -> Sound:
    return np.zeros(int(seconds * RATE), np.float32)


def white(seconds: float, chance: Chance) -> Sound:
    return _coloured(seconds, chance, 0.0)


def pink(seconds: float, chance: Chance) -> Sound:
    return _coloured(seconds, chance, 0.5)


def brown(seconds: float, chance: Chance) -> Sound:
    return _coloured(seconds, chance, 1.0)


def hum(seconds: float, chance: Chance) -> Sound:
    """Of the mains, with a little noise."""
    return _scaled(sum(_sine(50 * one, seconds) / one for one in (1, 2, 3, 5)) + 0.1 * white(seconds, chance))


def melody(seconds: float, chance: Chance) -> Sound:
    """Single notes of about the height of a voice, some with vibrato."""
    return _scaled(_notes(seconds, chance, lambda pitch, lasts: _note(220 * pitch, lasts, 1.5)))


def chords(seconds: float, chance: Chance) -> Sound:
    def chord(pitch: float, lasts: float) -> Sound:
        return sum((_note(110 * pitch * step, 2 * lasts, 0.0) for step in (1, 1.25, 1.5, 2)), start=_nothing)

    return _scaled(_notes(seconds, chance, chord))


def drums(seconds: float, chance: Chance) -> Sound:
    """Four beats in a second, deep or hissing."""
    beat = np.arange(RATE // 4) / RATE
    beats = [
        np.sin(2 * np.pi * 60 * beat) * np.exp(-20 * beat)
        if chance.random() < 0.5
        else 0.5 * chance.standard_normal(len(beat)) * np.exp(-30 * beat)
        for _ in range(int(4 * seconds) + 1)
    ]
    return _scaled(np.concatenate(beats)[: int(seconds * RATE)])


def band(seconds: float, chance: Chance) -> Sound:
    """All of it together."""
    return _scaled(melody(seconds, chance) + 0.7 * chords(seconds, chance) + 0.5 * drums(seconds, chance))


KINDS: Mapping[str, Callable[[float, Chance], Sound]] = {
    "silence": silence,
    "white noise": white,
    "pink noise": pink,
    "brown noise": brown,
    "hum of the mains": hum,
    "melody": melody,
    "chords": chords,
    "drums": drums,
    "all instruments": band,
}
_nothing = np.zeros(1, np.float32)


def made_up(kind: str, seconds: float, seed: int) -> Sound:
    """From -1 to 1."""
    return KINDS[kind](seconds, np.random.default_rng(seed)).astype(np.float32)


def _coloured(seconds: float, chance: Chance, falls: float) -> Sound:
    """Noise whose amplitude falls with this power of the frequency."""
    samples = int(seconds * RATE)
    spectrum = np.fft.rfft(chance.standard_normal(samples))
    frequencies = np.maximum(np.arange(len(spectrum)), 20 * seconds)
    return _scaled(np.fft.irfft(spectrum / frequencies**falls, samples))


def _notes(seconds: float, chance: Chance, note: Callable[[float, float], Sound]) -> Sound:
    played: list[Sound] = []
    while sum(map(len, played)) < seconds * RATE:
        played.append(note(2 ** (chance.integers(0, 24) / 12), chance.choice([0.2, 0.4, 0.8])))
    return np.concatenate(played)[: int(seconds * RATE)]


def _note(frequency: float, seconds: float, vibrato: float) -> Sound:
    time = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * frequency * time + vibrato * np.sin(2 * np.pi * 5.5 * time)
    tone = sum((np.sin(one * phase) / one**1.2 for one in range(1, 8)), start=np.zeros(1))
    return np.asarray(tone * np.minimum(1, time / 0.02) * np.exp(-1.5 * time / seconds), np.float32)


def _sine(frequency: float, seconds: float) -> Sound:
    return np.asarray(np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE), np.float32)


def _scaled(sound: NDArray[np.floating]) -> Sound:
    return np.asarray(LOUD * sound / np.abs(sound).max(), np.float32)
