"""Apple's authoring rules for HLS, as far as a program can check them on files and playlists.

They are those of "HTTP Live Streaming (HLS) authoring specification for Apple devices" on video, audio,
subtitles, trick play, segmentation, playlists and variants; what is required is checked, and what is
recommended where it concerns what we make.
"""

from collections.abc import Callable
from itertools import pairwise

import av
import pytest

from killrvideo.domain.hls import peak_of
from killrvideo.service_interfaces.transcoder import Stretch
from tests.adapters.ffmpeg.served import Served

Rule = Callable[[Served], None]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    RULES[check.__name__.replace("_", " ")] = check
    return check


@rule
def pictures_are_h264_of_high_profile(served: Served) -> None:
    for rung in served.rungs:
        assert rung.codecs.startswith("avc1.6400")
        assert int(rung.codecs[-2:], 16) <= 42


@rule
def frame_rates_are_at_most_60(served: Served) -> None:
    assert all(float(one["FRAME-RATE"]) <= 60 for one in served.master.variants if "FRAME-RATE" in one)


@rule
def key_frames_come_every_two_seconds(served: Served) -> None:
    for rung in served.rungs:
        keys = [key.seconds for segment in rung.segments for key in segment.key_frames]
        assert all(seconds == pytest.approx(2, abs=0.1) for seconds in keys[:-1])
        assert keys[-1] <= 2.1


@rule
def the_peak_is_at_most_what_the_ladder_bounds(served: Served) -> None:
    """A segment may have all that the decoder's buffer holds beside what comes while it lasts."""
    for rung, stream in zip(served.film.ladder.rungs, served.rungs, strict=True):
        assert peak_of(stream.segments) <= rung.most_kilobits * 1000 * 1.5


@rule
def sound_is_aac_of_low_complexity(served: Served) -> None:
    assert served.film.sound is None or served.film.sound.codecs == "mp4a.40.2"


@rule
def sound_is_stereo_or_mono_at_a_usual_rate(served: Served) -> None:
    if served.film.sound:
        with av.open(str(served.film.assembled(served.film.sound))) as container:
            context = container.streams.audio[0].codec_context
            assert context.sample_rate == 48_000
            assert context.channels == served.film.sound.channels <= 2


@rule
def subtitles_have_languages_and_names_of_their_own(served: Served) -> None:
    tracks = [one for one in served.master.media if one["TYPE"] == "SUBTITLES"]
    assert (
        len({one["NAME"] for one in tracks}) == len({one["LANGUAGE"] for one in tracks}) == len(tracks) == 2
    )


@rule
def there_is_a_playlist_of_key_frames_for_each_quality(served: Served) -> None:
    assert len(served.master.key_frames) == len(served.rungs)
    for variant in served.master.key_frames:
        assert {"BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "URI"} == set(variant)
        assert "EXT-X-I-FRAMES-ONLY" in served.key_playlist(served.stream_of(variant)).tags


@rule
def every_part_of_a_playlist_of_key_frames_is_one_picture(served: Served) -> None:
    for rung in served.rungs:
        for entry in served.key_playlist(rung).entries:
            assert entry.byte_range is not None
            start, size = entry.byte_range
            assert _pictures(served, rung, served.data(entry.address)[start : start + size]) == 1


def _pictures(served: Served, rung: Stretch, data: bytes) -> int:
    """How many can be decoded of a part of a segment, each of them without another."""
    with av.open(str(served.part(rung, data))) as container:
        context = container.streams.video[0].codec_context
        packets = [packet for packet in container.demux(video=0) if packet.size and not packet.is_corrupt]
        assert all(packet.is_keyframe for packet in packets)
        return sum(len(context.decode(packet)) for packet in (*packets, None))


@rule
def segments_are_fragmented_mp4(served: Served) -> None:
    for stream in served.streams:
        assert served.data(stream.opening)[4:8] == b"ftyp"
        assert all(served.data(one.name)[4:8] == b"moof" for one in stream.segments)


@rule
def segments_begin_with_a_key_frame(served: Served) -> None:
    for rung in served.rungs:
        for segment in rung.segments:
            with av.open(str(served.part(rung, served.data(segment.name)))) as container:
                assert next(container.demux(video=0)).is_keyframe


@rule
def segments_are_of_six_seconds(served: Served) -> None:
    for stream in served.streams:
        assert all(one.seconds == pytest.approx(6, abs=0.3) for one in stream.segments[:-1])
        assert stream.segments[-1].seconds <= 8.3


@rule
def a_segment_lasts_as_long_as_its_playlist_says(served: Served) -> None:
    for rung in served.rungs:
        for entry in served.playlist(rung).entries:
            with av.open(str(served.part(rung, served.data(entry.address)))) as container:
                rate = served.film.ladder.frame_rate
                assert sum(1 for _ in container.decode(video=0)) / rate == pytest.approx(
                    entry.seconds, abs=1e-5
                )


@rule
def playlists_are_of_a_version_that_knows_their_tags(served: Served) -> None:
    assert int(served.master.tags["EXT-X-VERSION"]) >= 6
    for stream in served.streams:
        assert int(served.playlist(stream).tags["EXT-X-VERSION"]) >= 6


@rule
def segments_are_independent(served: Served) -> None:
    assert "EXT-X-INDEPENDENT-SEGMENTS" in served.master.tags


@rule
def what_is_complete_says_so(served: Served) -> None:
    for stream in served.streams:
        playlist = served.playlist(stream)
        assert "EXT-X-ENDLIST" in playlist.tags
        assert playlist.tags["EXT-X-PLAYLIST-TYPE"] == "VOD"


@rule
def no_segment_is_longer_than_the_target(served: Served) -> None:
    playlists = [served.playlist(stream) for stream in served.streams]
    playlists += [served.key_playlist(rung) for rung in served.rungs]
    for playlist in playlists:
        target = int(playlist.tags["EXT-X-TARGETDURATION"])
        assert all(int(entry.seconds + 0.5) <= target for entry in playlist.entries)


@rule
def every_segment_is_opened_by_a_map(served: Served) -> None:
    for stream in served.streams:
        assert served.playlist(stream).opening == stream.opening


@rule
def variants_say_what_they_are(served: Served) -> None:
    wanted = {"BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS"} | (
        {"RESOLUTION", "FRAME-RATE"} if served.rungs else set()
    )
    assert len(served.master.variants) == max(1, len(served.rungs))
    assert all(wanted <= set(variant) for variant in served.master.variants)


@rule
def codecs_name_all_that_is_played_together(served: Served) -> None:
    for variant in served.master.variants:
        parts = variant["CODECS"].split(",")
        assert parts[0] == served.stream_of(variant).codecs
        assert len(parts) == (2 if served.film.sound and served.rungs else 1)


@rule
def the_size_is_that_of_the_pictures(served: Served) -> None:
    for variant in served.master.variants if served.rungs else []:
        with av.open(str(served.film.assembled(served.stream_of(variant)))) as container:
            stream = container.streams.video[0]
            assert variant["RESOLUTION"] == f"{stream.width}x{stream.height}"
            assert float(variant["FRAME-RATE"]) == pytest.approx(float(stream.average_rate or 0), abs=0.001)


@rule
def no_segment_needs_more_than_the_bandwidth(served: Served) -> None:
    for variant in served.master.variants:
        stream = served.stream_of(variant)
        together = [stream, *([served.film.sound] if served.film.sound and served.rungs else [])]
        for one in together:
            whole = [segment for segment in one.segments if segment.seconds >= 3]
            for segment in whole:
                bits = len(served.data(segment.name)) * 8
                assert bits / segment.seconds <= int(variant["BANDWIDTH"])
        assert int(variant["AVERAGE-BANDWIDTH"]) <= int(variant["BANDWIDTH"])


@rule
def sound_and_subtitles_are_groups_that_exist(served: Served) -> None:
    groups = {(one["TYPE"], one["GROUP-ID"]) for one in served.master.media}
    for variant in served.master.variants:
        assert ("SUBTITLES", variant["SUBTITLES"]) in groups
        assert ("AUDIO" in variant) == bool(served.film.sound and served.rungs)
        assert "AUDIO" not in variant or ("AUDIO", variant["AUDIO"]) in groups


@rule
def from_one_quality_to_the_next_it_is_at_most_twice_as_much(served: Served) -> None:
    bounds = [rung.most_kilobits for rung in served.film.ladder.rungs]
    assert all(more / less <= 2 for less, more in pairwise(bounds))


@rule
def all_qualities_are_cut_at_the_same_times(served: Served) -> None:
    cuts = {tuple(entry.seconds for entry in served.playlist(rung).entries) for rung in served.rungs}
    assert len(cuts) <= 1


@rule
def sound_and_pictures_are_of_one_length(served: Served) -> None:
    if served.rungs and served.film.sound:
        sound, pictures = (
            sum(one.seconds for one in stream.segments) for stream in (served.film.sound, served.rungs[0])
        )
        assert sound == pytest.approx(pictures, abs=0.1)


@rule
def sound_and_pictures_begin_together(served: Served) -> None:
    for stream in served.streams:
        with av.open(str(served.film.assembled(stream))) as container:
            assert container.start_time == 0
