"""Playlists, as a strict reader of them finds them."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.hls import (
    average_of,
    key_frame_playlist,
    key_frames_of,
    master_playlist,
    media_playlist,
    peak_of,
    target_of,
)
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import KeyFrame, Media, Rendition, Segment
from tests.playlists import Entry, MasterPlaylist, StreamPlaylist

VIDEO = VideoId(UUID(int=1))
RUNG = Rendition(
    name="720p",
    codecs="avc1.64001f",
    peak=3_900_000,
    average=2_100_000,
    width=1280,
    height=720,
    frame_rate=Fraction(30_000, 1001),
    key_frame_peak=600_000,
    key_frame_average=400_000,
)
SMALL = replace(RUNG, name="240p", width=426, height=240, peak=500_000, average=300_000)
SOUND = Rendition(name="sound", codecs="mp4a.40.2", peak=131_000, average=128_000, channels=2)
FILM = Media(video_id=VIDEO, run="r1", renditions=(SMALL, RUNG), sound=SOUND)
SEGMENTS = [
    Segment(
        name=f"720p-0000{at}.m4s",
        seconds=6.006,
        size=3_000_000,
        key_frames=tuple(KeyFrame(start=at * 1_000_000, size=90_000, seconds=2.002) for at in range(3)),
    )
    for at in range(2)
]


def track(language: str, label: str) -> CaptionTrack:
    return CaptionTrack(
        video_id=VIDEO, language=language, label=label, digest="", created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_master_playlist_names_every_quality_with_the_sound() -> None:
    playlist = MasterPlaylist.read(master_playlist(FILM))

    assert [variant["URI"] for variant in playlist.variants] == [
        "stream/r1/720p.m3u8",
        "stream/r1/240p.m3u8",
    ]
    assert playlist.variants[0] == {
        "BANDWIDTH": "4031000",
        "AVERAGE-BANDWIDTH": "2228000",
        "CODECS": "avc1.64001f,mp4a.40.2",
        "RESOLUTION": "1280x720",
        "FRAME-RATE": "29.970",
        "AUDIO": "sound",
        "CLOSED-CAPTIONS": "NONE",
        "URI": "stream/r1/720p.m3u8",
    }
    assert [(one["TYPE"], one["GROUP-ID"], one["CHANNELS"]) for one in playlist.media] == [
        ("AUDIO", "sound", "2")
    ]


def test_what_has_key_frames_can_be_wound_fast() -> None:
    playlist = MasterPlaylist.read(master_playlist(FILM))

    assert playlist.key_frames[1] == {
        "BANDWIDTH": "600000",
        "AVERAGE-BANDWIDTH": "400000",
        "CODECS": "avc1.64001f",
        "RESOLUTION": "1280x720",
        "URI": "stream/r1/720p-keys.m3u8",
    }


def test_without_sound_there_is_no_group_of_it() -> None:
    playlist = MasterPlaylist.read(master_playlist(replace(FILM, sound=None)))

    assert playlist.media == []
    assert [variant["CODECS"] for variant in playlist.variants] == ["avc1.64001f", "avc1.64001f"]
    assert not any("AUDIO" in variant for variant in playlist.variants)


def test_sound_alone_is_the_one_quality() -> None:
    playlist = MasterPlaylist.read(master_playlist(replace(FILM, renditions=())))

    assert playlist.variants == [
        {
            "BANDWIDTH": "131000",
            "AVERAGE-BANDWIDTH": "128000",
            "CODECS": "mp4a.40.2",
            "CLOSED-CAPTIONS": "NONE",
            "URI": "stream/r1/sound.m3u8",
        }
    ]
    assert (playlist.media, playlist.key_frames) == ([], [])


def test_captions_are_a_group_that_every_quality_names() -> None:
    tracks = [track("en", 'The "Director\'s" words'), track("de", "Words"), track("fr", "Words")]
    playlist = MasterPlaylist.read(master_playlist(FILM, tracks))

    subtitles = [one for one in playlist.media if one["TYPE"] == "SUBTITLES"]
    assert [(one["LANGUAGE"], one["URI"]) for one in subtitles] == [
        ("en", "stream/captions/en.m3u8"),
        ("de", "stream/captions/de.m3u8"),
        ("fr", "stream/captions/fr.m3u8"),
    ]
    assert len({one["NAME"] for one in subtitles}) == 3
    assert {variant["SUBTITLES"] for variant in playlist.variants} == {"subtitles"}


def test_a_stream_is_its_opening_and_its_segments() -> None:
    playlist = StreamPlaylist.read(media_playlist("720p-init.mp4", SEGMENTS))

    assert playlist.opening == "720p-init.mp4"
    assert playlist.entries == [Entry("720p-00000.m4s", 6.006), Entry("720p-00001.m4s", 6.006)]
    assert (playlist.tags["EXT-X-TARGETDURATION"], playlist.tags["EXT-X-PLAYLIST-TYPE"]) == ("6", "VOD")
    assert "EXT-X-ENDLIST" in playlist.tags


def test_key_frames_are_parts_of_the_same_files() -> None:
    playlist = StreamPlaylist.read(key_frame_playlist("720p-init.mp4", SEGMENTS))

    assert playlist.entries[:4] == [
        Entry("720p-00000.m4s", 2.002, (0, 90_000)),
        Entry("720p-00000.m4s", 2.002, (1_000_000, 90_000)),
        Entry("720p-00000.m4s", 2.002, (2_000_000, 90_000)),
        Entry("720p-00001.m4s", 2.002, (0, 90_000)),
    ]
    assert "EXT-X-I-FRAMES-ONLY" in playlist.tags
    assert playlist.tags["EXT-X-TARGETDURATION"] == "2"
    assert average_of(key_frames_of(SEGMENTS)) == round(90_000 * 8 / 2.002)


@pytest.mark.parametrize(
    ("sizes", "peak"),
    [
        ([(6.0, 750_000), (6.0, 1_500_000), (6.0, 750_000)], 2_000_000),
        # Too short to count by itself, but not together with the one before it.
        ([(6.0, 750_000), (1.0, 250_000)], 8_000_000 // 7 + 1),
        # Nothing is as long as half of the target.
        ([(0.2, 25_000)], 1_000_000),
    ],
)
def test_the_peak_is_that_of_the_worst_stretch(sizes: list[tuple[float, int]], peak: int) -> None:
    segments = [Segment(name="s", seconds=seconds, size=size) for seconds, size in sizes]

    assert peak_of(segments) == peak


@given(st.lists(st.tuples(st.floats(0.01, 7.0), st.integers(100, 10_000_000)), min_size=1, max_size=40))
def test_no_stream_promises_less_than_it_asks_for(sizes: list[tuple[float, int]]) -> None:
    segments = [Segment(name="s", seconds=seconds, size=size) for seconds, size in sizes]

    assert all(round(one.seconds) <= target_of(segments) for one in segments)
    for one in segments:
        if target_of(segments) / 2 <= one.seconds <= 1.5 * target_of(segments):
            assert peak_of(segments) >= one.size * 8 / one.seconds
