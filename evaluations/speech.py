"""Speech: how many words are heard wrongly, how long that takes, and whether silence stays silent."""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from wave import open as open_wave

import imageio_ffmpeg
import numpy as np
from rich.console import Console
from rich.progress import track

from evaluations.datasets import Absent, beside
from evaluations.reports import Figures
from evaluations.sounds import KINDS, RATE, Sound, made_up
from killrvideo.bootstrap.speech import speech_of
from killrvideo.domain.cues import Word, cues_of, needed
from killrvideo.service_interfaces.speech import Heard, Task
from killrvideo.settings.model import Settings

SILENT_SECONDS = 600
SEED = 20261123
VOICES = ("rms", "slt")
TEXT = Path(__file__).with_name("spoken.txt")
"""Ours, for voices that are synthetic."""

SHORT = {
    "mister": "mr",
    "mistress": "mrs",
    "doctor": "dr",
    "saint": "st",
}
NORMALISER = (
    "Words are compared in lower case, without punctuation and accents, hyphens as blanks, and with mister, "
    "mistress, doctor and saint as their short forms; numbers are not spelled out."
)


@dataclass(frozen=True, slots=True)
class Clip:
    name: str
    file: Path
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    words: int
    wrong: int
    """Put in place of others, left out, and put in."""
    sound: float
    """Seconds."""
    taken: float
    processor: float
    heard: Heard


def speech(console: Console) -> Iterator[Figures]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield _errors("Read English", _recorded(Path(folder)), _recorded_notes(), console)
        except Absent as absent:
            yield Figures("Read English", ["skipped"], [[str(absent)]])
        try:
            yield _errors("Synthetic English", _synthetic(Path(folder)), _synthetic_notes(), console)
        except Absent as absent:
            yield Figures("Synthetic English", ["skipped"], [[str(absent)]])
        yield _silences(Path(folder), console)


def _errors(title: str, clips: Sequence[Clip], notes: Sequence[str], console: Console) -> Figures:
    outcomes = [(clip, _listen(clip.file, clip.text)) for clip in track(clips, title, console=console)]
    rows = [_row(clip.name, [outcome]) for clip, outcome in outcomes]
    rows.append(_row("all", [outcome for _, outcome in outcomes]))
    spoken = [word for _, outcome in outcomes for word in outcome.heard.words]
    return Figures(
        title,
        [
            "clip",
            "seconds",
            "words",
            "wrong",
            "word error rate",
            "wall time a second",
            "processor time a second",
        ],
        rows,
        [*notes, NORMALISER, _of_cues([outcome.heard.words for _, outcome in outcomes], len(spoken))],
    )


def _row(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    words, wrong = sum(one.words for one in outcomes), sum(one.wrong for one in outcomes)
    sound = sum(one.sound for one in outcomes)
    taken, processor = sum(one.taken for one in outcomes), sum(one.processor for one in outcomes)
    return [
        name,
        f"{sound:.1f}",
        str(words),
        str(wrong),
        f"{wrong / words:.3f}",
        f"{taken / sound:.2f}",
        f"{processor / sound:.2f}",
    ]


def _of_cues(heard: Sequence[Sequence[Word]], words: int) -> str:
    cues = [cue for one in heard for cue in cues_of(one)]
    fast = sum(cue.end - cue.start < needed(cue.text) for cue in cues)
    return f"{words} words make {len(cues)} cues, of which {fast} go by faster than 20 characters a second."


def _silences(folder: Path, console: Console) -> Figures:
    rows = []
    for name in track([*KINDS], "Silence, noise and music", console=console):
        outcome = _listen(_written(folder / "nobody.wav", made_up(name, SILENT_SECONDS, SEED)), "")
        cues = cues_of(outcome.heard.words)
        rows.append([name, str(SILENT_SECONDS), str(len(cues)), f"{outcome.taken:.1f}"])
    return Figures(
        "Sound in which nobody speaks",
        ["sound", "seconds", "cues", "seconds taken"],
        rows,
        [f"All made up by `evaluations/sounds.py`, seed {SEED}: the music is synthetic and has no singing."],
    )


def _listen(file: Path, text: str) -> Outcome:
    model = speech_of(Settings(_env_file=None))
    assert model is not None  # noqa: S101 - it is there by default
    began, used = time.perf_counter(), _processor_time()
    heard = asyncio.run(model.hear(file, language=None, task=Task.TRANSCRIBE, told=lambda _: None))
    taken, processor = time.perf_counter() - began, _processor_time() - used
    expected, said = _words(text), _words("".join(word.text for word in heard.words))
    return Outcome(len(expected), _distance(expected, said), _seconds(file), taken, processor, heard)


def _processor_time() -> float:
    """Of the processes that have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _words(text: str) -> list[str]:
    """See NORMALISER."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", letters.replace("'", "").replace("\u2019", ""))
    return [SHORT.get(word, word) for word in words]


def _distance(expected: Sequence[str], said: Sequence[str]) -> int:
    """Levenshtein's, in words."""
    row = list(range(len(said) + 1))
    for number, word in enumerate(expected, 1):
        before, row = row, [number]
        for place, other in enumerate(said, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
    return row[-1]


def _recorded(folder: Path) -> list[Clip]:
    """Raises Absent."""
    listed = beside("eval", "speech", "references.tsv").read_text("utf-8").splitlines()
    clips = []
    for line in listed:
        name, text = line.split("\t")
        wave = _as_wave(beside("eval", "speech", name), folder / f"{name}.wav")
        clips.append(Clip(name.rpartition(".")[0], wave, text))
    return clips


def _recorded_notes() -> list[str]:
    return [
        "LibriVox readings, a speech of 1961 and a clip of LibriSpeech: a smoke check with few clean words, "
        "no benchmark. Each clip loads the model anew, which dominates the time of short ones."
    ]


def _synthetic(folder: Path) -> list[Clip]:
    """Raises Absent."""
    program = shutil.which("flite")
    if program is None:
        raise Absent("no flite on this machine, which makes speech of text")
    text = TEXT.read_text("utf-8")
    clips = []
    for voice in VOICES:
        raw = folder / f"{voice}-raw.wav"
        subprocess.run([program, "-voice", voice, "-f", TEXT, "-o", raw], check=True, capture_output=True)
        clips.append(Clip(f"voice {voice}", _as_wave(raw, folder / f"{voice}.wav"), text))
    return clips


def _synthetic_notes() -> list[str]:
    return [
        f"`{TEXT.name}`, a text of ours, spoken by flite's voices: synthetic, and less clear than people are."
    ]


def _as_wave(file: Path, wave: Path) -> Path:
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        "-i",
        file,
        "-ar",
        str(RATE),
        "-ac",
        "1",
        wave,
    ]
    subprocess.run(command, check=True)
    return wave


def _written(file: Path, sound: Sound) -> Path:
    with open_wave(str(file), "wb") as wave:
        wave.setparams((1, 2, RATE, 0, "NONE", ""))
        wave.writeframes((32767 * sound).astype(np.dtype("<i2")).tobytes())
    return file


def _seconds(file: Path) -> float:
    with open_wave(str(file), "rb") as wave:
        return wave.getnframes() / RATE
