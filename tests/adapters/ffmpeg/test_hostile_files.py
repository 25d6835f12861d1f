"""Whatever is uploaded ends in a film or in a clear sentence, and nothing else is read on the way."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.ffmpeg import inspecting
from killrvideo.adapters.ffmpeg.inputs import CONTAINERS
from killrvideo.adapters.ffmpeg.tool import Ffmpeg, Work
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.ladder import ladder_of
from killrvideo.domain.media import FileLimits, Source
from tests.adapters.ffmpeg.baits import unasked_server, unread_file
from tests.adapters.ffmpeg.films import nobody
from tests.adapters.ffmpeg.hostile_files import SECRET, UNUSABLE
from tests.clips import X264, Clips, counted, ffmpeg

CLAIMED = Source(
    size=1, container="mov,mp4,m4a,3gp,3g2,mj2", seconds=6.0, width=64, height=36, has_sound=True
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Beside the file that is tried stand a file and a server that nobody opens or asks."""
    with unread_file(tmp_path / SECRET), unasked_server() as address:
        yield address


@pytest.mark.parametrize("name", UNUSABLE)
async def test_what_is_no_film_is_refused_in_words(
    name: str, server: str, clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    make, words = UNUSABLE[name]
    file = tmp_path / "film.mp4"
    make(file, clips, server)

    with pytest.raises(UnusableFile) as refused:
        await transcoder.probe(file)

    assert words in refused.value.detail
    assert str(tmp_path) not in refused.value.detail


@pytest.mark.parametrize("name", ["hls", "hls of the network", "concat", "dash", "sdp", "picture", "drawing"])
async def test_no_verb_reads_what_a_playlist_names(
    name: str, server: str, clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    """Even when somebody says that it was looked at before."""
    make, _ = UNUSABLE[name]
    file = tmp_path / "film.mp4"
    make(file, clips, server)

    with pytest.raises(UnusableFile):
        await transcoder.group(file, CLAIMED, ladder_of(CLAIMED), 0, tmp_path, nobody)
    with pytest.raises(UnusableFile):
        await transcoder.sound(file, CLAIMED, tmp_path, nobody)
    with pytest.raises(UnusableFile):
        await transcoder.frame(file, CLAIMED, tmp_path)


@pytest.mark.parametrize("name", ["hls", "hls of the network", "concat", "dash", "sdp", "picture"])
async def test_ffmpeg_itself_reads_no_playlist(
    name: str, server: str, clips: Clips, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Even if what looked at it first had been deceived."""
    make, _ = UNUSABLE[name]
    file = tmp_path / "film.mp4"
    make(file, clips, server)

    for container in CONTAINERS:
        work = Work(what="test", file=file, container=container, seconds=1, arguments=("-f", "null", "-"))
        with pytest.raises((UnusableFile, ToolFailed)):
            await ffmpeg.run(work)


async def test_a_reference_to_another_file_is_not_followed(
    server: str, clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    """An MP4 may say that its data stand elsewhere."""
    file = tmp_path / "film.mp4"
    file.write_bytes(_referring(clips.single().read_bytes(), tmp_path / SECRET))

    source = await transcoder.probe(file)
    assert await transcoder.group(file, source, ladder_of(source), 0, tmp_path, nobody)


async def test_limits_can_be_set(clips: Clips) -> None:
    small = FfmpegTranscoder(limits=FileLimits(longest=timedelta(seconds=5)))

    with pytest.raises(UnusableFile, match="too long"):
        await small.probe(clips.plain())


async def test_a_good_film_that_gets_too_little_memory_is_not_called_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    large = tmp_path / "large.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=s=8192x4320:r=5", "-frames:v", "1", *X264, str(large))
    monkeypatch.setattr(inspecting, "PROBE", replace(inspecting.PROBE, memory=170_000_000))

    with pytest.raises(ToolFailed):
        await FfmpegTranscoder().probe(large)


async def test_a_film_that_is_damaged_in_the_middle_still_becomes_one(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    data = bytearray(clips.plain().read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    file = tmp_path / "film.mp4"
    file.write_bytes(data)

    source = await transcoder.probe(file)
    ladder = ladder_of(source)
    stretches = await transcoder.group(file, source, ladder, 0, tmp_path, nobody)

    assert sum(one.seconds for one in stretches[0].segments) == 6.0


async def test_a_long_film_whose_rest_is_damaged_is_not_read_from_its_beginning_for_every_group(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    whole, file = tmp_path / "whole.mp4", tmp_path / "film.mp4"
    ffmpeg(*counted("16x16", "5", 1300), "-c:v", "png", "-f", "mov", str(whole))
    data = whole.read_bytes()
    first, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    good = first + (end - first) // 40
    file.write_bytes(data[:good] + bytes(end - good) + data[end:])
    source = await transcoder.probe(file)
    ladder = ladder_of(source)

    made = await transcoder.group(file, source, ladder, 0, tmp_path, nobody)
    assert made[0].segments[0].seconds == 6.0
    with pytest.raises(UnusableFile, match="no picture after minute 11"):
        await transcoder.group(file, source, ladder, 42, tmp_path, nobody)


def _referring(data: bytes, secret: Path) -> bytes:
    """The same film with the address of another file in place of "in this file". Its index stands last."""
    here = struct.pack(">I4sI", 12, b"url ", 1)
    address = f"file://{secret}".encode() + b"\0"
    there = struct.pack(">I4sI", 12 + len(address), b"url ", 0) + address
    assert here in data
    changed = data.replace(here, there)
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = changed.index(kind, changed.index(b"moov")) - 4
        (size,) = struct.unpack_from(">I", changed, at)
        changed = changed[:at] + struct.pack(">I", size + len(address)) + changed[at + 4 :]
    return changed
