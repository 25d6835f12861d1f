"""What is said in a file of sound, by the real model in its process."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from evaluations.sounds import KINDS, made_up
from killrvideo.adapters.language.speech.messages import Model, Wish
from killrvideo.adapters.language.speech.packaged import FILES, packaged_files
from killrvideo.adapters.language.speech.whisper import PROCESS, WhisperSpeech
from killrvideo.adapters.subprocesses import running
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.speech import Heard, Task
from tests.adapters.language.speech.conftest import read_wave, write_wave

PACKAGED = Model(kind="packaged")


def whisper(model: Model = PACKAGED, *, patience: float = 1000) -> WhisperSpeech:
    return WhisperSpeech("whisper", model, threads=2, patience=patience)


async def hear(wave: Path, model: Model = PACKAGED, language: str | None = None) -> tuple[Heard, list[float]]:
    """And how far it said that it was."""
    parts: list[float] = []
    heard = await whisper(model).hear(wave, language=language, task=Task.TRANSCRIBE, told=parts.append)
    return heard, parts


def text_of(heard: Heard) -> str:
    return "".join(word.text for word in heard.words).strip()


async def test_words_are_heard_with_their_times_and_the_language_is_found(
    spoken: Path, tmp_path: Path
) -> None:
    """After two minutes of noise and a pause, in the second stretch."""
    noise, pause = made_up("pink noise", 125, seed=3), made_up("silence", 5, seed=3)
    wave = write_wave(tmp_path / "late.wav", np.concatenate([noise, pause, read_wave(spoken)]))

    heard, parts = await hear(wave)

    assert heard.language == "en"
    assert "river rises in the mountains" in text_of(heard)
    assert "nobody can cross it" in text_of(heard)
    assert all(word.start <= word.end for word in heard.words)
    assert 129_000 < heard.words[0].start < 132_000
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


async def test_silence_noise_and_music_say_nothing(tmp_path: Path) -> None:
    sound = np.concatenate([made_up(kind, 8, seed) for seed, kind in enumerate(KINDS)])
    heard, parts = await hear(write_wave(tmp_path / "nobody.wav", sound))
    assert heard == Heard(language=None)
    assert parts[-1] == 1.0


async def test_a_folder_of_a_model_is_used_and_a_declared_language_obeyed(
    spoken: Path, tmp_path: Path
) -> None:
    for name, content in packaged_files().items():
        (tmp_path / name).write_bytes(content)
    heard, _ = await hear(spoken, Model(kind="folder", place=str(tmp_path)), language="en-GB")
    assert heard.language == "en-GB"
    assert "nobody can cross it" in text_of(heard)


async def test_a_language_that_the_model_does_not_know_has_no_words(spoken: Path) -> None:
    heard, _ = await hear(spoken, language="tlh")
    assert heard == Heard(language="tlh")


async def test_a_folder_without_a_model_is_no_model(spoken: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="does not work"):
        await hear(spoken, Model(kind="folder", place=str(tmp_path)))


async def test_a_file_that_is_no_sound_is_not_heard(tmp_path: Path) -> None:
    wave = tmp_path / "text.wav"
    wave.write_text("This is no sound.")
    with pytest.raises(ModelUnavailable):
        await hear(wave)


async def test_what_takes_too_long_is_stopped(spoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("killrvideo.adapters.language.speech.whisper.TO_BEGIN", 0.0)
    with pytest.raises(ModelUnavailable, match="too long"):
        await whisper(patience=0.001).hear(spoken, language=None, task=Task.TRANSCRIBE, told=lambda _: None)


async def test_the_process_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """However that ends: the input is closed, also by a kill."""
    wave = tmp_path / "never.wav"
    os.mkfifo(wave)  # Nobody writes to it, so that it is read for ever.
    wish = Wish(wave=wave, model=PACKAGED, language=None, task=Task.TRANSCRIBE, threads=1)
    async with running(sys.executable, "-m", PROCESS) as started:
        await started.tell_all(wish.model_dump_json().encode() + b"\n")
        assert await started.process.wait() == 1
        assert await started.output.read() == b""


def test_the_packaged_files_are_those_that_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {*packaged_files()} == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}
    parts, digest = FILES["model.bin"]
    monkeypatch.setitem(FILES, "model.bin", (parts[::-1], digest))
    with pytest.raises(ValueError, match="is not the one that was tried"):
        packaged_files()
