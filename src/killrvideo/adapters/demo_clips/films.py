"""A clip from its script: moving pictures, a title, a strip that grows with time, and a voice or a tone."""

import asyncio
import wave
from pathlib import Path

import imageio_ffmpeg

from killrvideo.adapters.demo_clips.cards import draw_card
from killrvideo.adapters.demo_clips.programs import ClipFailed, run
from killrvideo.adapters.demo_clips.scripts import Script
from killrvideo.adapters.demo_clips.voice import Voice

SILENT_SECONDS = 10.0
"""How long a clip is in which nobody speaks."""
BEFORE, AFTER = 0.4, 0.8
"""Seconds around what is said."""
TONE = f"sine=frequency=220:duration={SILENT_SECONDS},volume=0.2"
ENCODING = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k")


class Films:
    def __init__(self, ffmpeg: Path | None, voice: Voice | None) -> None:
        """Without an ffmpeg of one's own it is the one that comes in a package. Raises ClipFailed."""
        try:
            self._ffmpeg = str(ffmpeg or imageio_ffmpeg.get_ffmpeg_exe())
        except RuntimeError:
            raise ClipFailed("There is no ffmpeg.") from None
        self._voice = voice

    async def make(self, script: Script, folder: Path) -> Path:
        """A file of its own in the folder. Raises ClipFailed."""
        card, sound, film = (folder / name for name in ("card.png", "sound.wav", "film.mp4"))
        draw_card(script, card)
        seconds = await self._sound(script, sound)
        inputs = ("-f", "lavfi", "-i", script.pictures, "-i", str(card), "-i", str(sound))
        graph = ("-filter_complex", _graph(script, seconds), "-map", "[pictures]", "-map", "[sound]")
        await self._run(*inputs, *graph, "-t", str(seconds), *ENCODING, str(film))
        return film

    async def _sound(self, script: Script, file: Path) -> float:
        """How many seconds the clip is to have."""
        if self._voice is None:
            await self._run("-f", "lavfi", "-i", TONE, str(file))
            return SILENT_SECONDS
        await self._voice.speak(script.says, file)
        return BEFORE + await asyncio.to_thread(_length, file) + AFTER

    async def _run(self, *arguments: str) -> None:
        always = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")
        await run("ffmpeg", self._ffmpeg, *always, *arguments)


def _graph(script: Script, seconds: float) -> str:
    strip = f"color=white:size={script.width}x8:rate=25"
    return (
        f"{strip}[strip];[0:v][1:v]overlay[titled];"
        f"[titled][strip]overlay=x='-w+w*t/{seconds:.2f}':y=H-h[pictures];"
        f"[2:a]adelay={BEFORE * 1000:.0f}:all=1,apad[sound]"
    )


def _length(file: Path) -> float:
    """Seconds."""
    with wave.open(str(file)) as opened:
        frames: int = opened.getnframes()
        rate: int = opened.getframerate()
    return frames / rate
