"""Sound of streams: at its time beside the pictures, without a click, and as long as the film."""

from pathlib import Path

import av
import numpy as np
import pytest

from killrvideo.adapters.ffmpeg.sound import HEARD_RATE, RATE
from tests.adapters.ffmpeg.films import Film, Films, heard, shown
from tests.clips import FLASH_AT, TONE, Clips

BLOCK = 1024
"""Samples that AAC encodes together."""
CLICK = 1.5
"""How much steeper than a pure tone the sound may be anywhere."""


def sound_of(film: Film) -> np.ndarray:
    assert film.sound is not None
    return heard(film.assembled(film.sound))


@pytest.mark.parametrize("name", ["flash", "late_pictures", "late_sound"])
async def test_a_flash_is_seen_when_the_beep_is_heard(name: str, clips: Clips, films: Films) -> None:
    film = await films.of(getattr(clips, name)())

    flash = next(one.at for one in shown(film.assembled(film.rung(0))) if one.luma > 128)
    beep = np.argmax(np.abs(sound_of(film)) > 0.4) / RATE

    assert float(flash) == pytest.approx(FLASH_AT, abs=0.03)
    assert beep == pytest.approx(float(flash), abs=0.03)


@pytest.mark.parametrize("name", ["plain", "long", "sound_only", "late_sound"])
async def test_sound_is_as_long_as_the_film(name: str, clips: Clips, films: Films) -> None:
    film = await films.of(getattr(clips, name)())
    samples = len(sound_of(film))

    assert film.sound is not None
    for found in (samples / RATE, sum(segment.seconds for segment in film.sound.segments)):
        assert found == pytest.approx(film.source.seconds, abs=BLOCK / RATE)


@pytest.mark.parametrize("name", ["plain", "long", "sound_only"])
async def test_nothing_clicks_where_segments_meet(name: str, clips: Clips, films: Films) -> None:
    sound = sound_of(await films.of(getattr(clips, name)()))[2 * BLOCK : -2 * BLOCK]

    steps = np.abs(np.diff(sound))
    assert np.max(steps) <= CLICK * np.max(np.abs(sound)) * 2 * np.pi * TONE / RATE
    assert (
        np.min(np.abs(sound.reshape(-1)[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)).max(axis=1)) > 0.05
    )


async def test_segments_of_sound_are_of_six_seconds(clips: Clips, films: Films) -> None:
    film = await films.of(clips.long())

    assert film.sound is not None
    seconds = [segment.seconds for segment in film.sound.segments]
    assert seconds[:-1] == [6.016] * 5
    assert 0 < seconds[-1] < 6.016
    assert not any(segment.key_frames for segment in film.sound.segments)


@pytest.mark.parametrize(("name", "channels"), [("plain", 1), ("long", 2), ("with_cover", 1)])
async def test_sound_says_what_it_is(name: str, channels: int, clips: Clips, films: Films) -> None:
    film = await films.of(getattr(clips, name)())

    assert film.sound is not None
    assert (film.sound.name, film.sound.codecs, film.sound.channels) == ("sound", "mp4a.40.2", channels)
    with av.open(str(film.assembled(film.sound))) as container:
        context = container.streams.audio[0].codec_context
        assert (context.channels, context.sample_rate, context.profile) == (channels, RATE, "LC")


@pytest.mark.parametrize("name", ["plain", "late_sound", "late_pictures"])
async def test_speech_recognition_hears_it_at_its_time(
    name: str, clips: Clips, films: Films, tmp_path: Path
) -> None:
    clip = getattr(clips, name)()
    source = await films.transcoder.probe(clip)

    wave = heard(await films.transcoder.wave(clip, source, tmp_path))

    assert len(wave) == pytest.approx(source.seconds * HEARD_RATE, abs=HEARD_RATE * 0.05)
    if name != "plain":
        beep = np.argmax(np.abs(wave / 32768) > 0.4) / HEARD_RATE
        assert beep == pytest.approx(FLASH_AT, abs=0.03)


async def test_the_wave_is_of_one_channel_and_sixteen_bits(
    clips: Clips, films: Films, tmp_path: Path
) -> None:
    clip = clips.long()

    wave = await films.transcoder.wave(clip, await films.transcoder.probe(clip), tmp_path)

    with av.open(str(wave)) as container:
        context = container.streams.audio[0].codec_context
        assert (context.channels, context.sample_rate, context.name) == (1, HEARD_RATE, "pcm_s16le")
