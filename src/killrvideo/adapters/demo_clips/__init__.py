"""The demo's clips, made on the spot: pictures by ffmpeg, and a voice where one is installed."""

from killrvideo.adapters.demo_clips.films import Films
from killrvideo.adapters.demo_clips.programs import ClipFailed
from killrvideo.adapters.demo_clips.scripts import CREATOR, Script, scripts
from killrvideo.adapters.demo_clips.voice import Voice, installed_voice

__all__ = ["CREATOR", "ClipFailed", "Films", "Script", "Voice", "installed_voice", "scripts"]
