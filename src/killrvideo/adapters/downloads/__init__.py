"""Fetching files from addresses that others tell us, without becoming their way into this network."""

from killrvideo.adapters.downloads.downloader import Downloader

__all__ = ["Downloader"]
