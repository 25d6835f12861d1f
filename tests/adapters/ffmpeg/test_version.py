"""What makes streams, as it is told to whoever joins groups of several machines."""

from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder


async def test_transcoders_of_one_kind_say_the_same_and_others_do_not() -> None:
    fast, as_fast, slow = (FfmpegTranscoder(preset=preset) for preset in ("veryfast", "veryfast", "slow"))
    making = await fast.making()
    assert "ffmpeg version" in making
    assert await as_fast.making() == making
    assert await slow.making() != making
