"""The demo's clips as files: what their scripts say, what is seen and heard, and what can be missing."""

import wave
from collections import Counter
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from killrvideo.adapters.demo_clips import ClipFailed, Films, Script, installed_voice, scripts
from killrvideo.adapters.demo_clips.voice import Piper
from killrvideo.domain.upload_metadata import description_of, language_of, tags_of, title_of
from tests.optional_libraries import needs_voice

SCRIPTS = scripts()
SMALL = replace(SCRIPTS[0], width=64, height=36, pictures="testsrc2=size=64x36:rate=10")


class ShortVoice:
    """Says nothing, for a second and a half."""

    async def speak(self, text: str, wave_file: Path) -> None:
        with wave.open(str(wave_file), "wb") as opened:
            opened.setparams((1, 2, 8000, 12_000, "NONE", ""))
            opened.writeframes(bytes(24_000))


def seconds_of(film: Path) -> Counter[str]:
    """By kind of stream."""
    with av.open(str(film)) as container:
        return Counter(
            {
                stream.type: round(float((stream.duration or 0) * (stream.time_base or 0)))
                for stream in container.streams
            }
        )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.title)
def test_a_script_is_kept_as_it_is_written(script: Script) -> None:
    said = script.metadata
    told = (title_of(said), description_of(said), list(tags_of(said)), language_of(said))
    assert told == (script.title, script.description, script.tags, "en")
    assert f"size={script.width}x{script.height}:" in script.pictures


def test_clips_are_told_apart_by_their_titles() -> None:
    assert len({script.title for script in SCRIPTS}) == len(SCRIPTS) == 3


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.title)
async def test_every_clip_can_be_made(script: Script, tmp_path: Path) -> None:
    film = await Films(None, ShortVoice()).make(script, tmp_path)

    with av.open(str(film)) as container:
        pictures = [picture.to_ndarray(format="gray") for picture in container.decode(video=0)]
    assert {picture.shape for picture in pictures} == {(script.height, script.width)}
    assert (pictures[0] != pictures[-1]).any()


async def test_without_a_voice_there_is_a_tone(tmp_path: Path) -> None:
    film = await Films(None, None).make(SMALL, tmp_path)

    assert seconds_of(film) == {"video": 10, "audio": 10}
    with av.open(str(film)) as container:
        assert max(np.abs(frame.to_ndarray()).max() for frame in container.decode(audio=0)) > 0.01


async def test_a_clip_is_as_long_as_what_is_said(tmp_path: Path) -> None:
    film = await Films(None, ShortVoice()).make(SMALL, tmp_path)

    assert seconds_of(film) == {"video": 3, "audio": 3}


async def test_what_is_missing_is_named_in_a_line(tmp_path: Path) -> None:
    nowhere = tmp_path / "ffmpeg"

    with pytest.raises(ClipFailed, match=f"^ffmpeg cannot be run: No such file or directory: {nowhere}.$"):
        await Films(nowhere, None).make(SMALL, tmp_path)
    with pytest.raises(ClipFailed, match=r"^The voice failed: .+$"):
        await Films(None, Piper(tmp_path / "model.onnx")).make(SMALL, tmp_path)


@needs_voice
async def test_the_installed_voice_speaks(tmp_path: Path) -> None:
    voice = installed_voice()
    assert voice is not None

    await voice.speak(SMALL.says, tmp_path / "said.wav")

    with wave.open(str(tmp_path / "said.wav")) as opened:
        assert 8 < opened.getnframes() / opened.getframerate() < 15
