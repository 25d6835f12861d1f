"""KillrVideo: the back end of a video-sharing reference application."""

__version__ = "0.1.0"
