"""Resumable uploads over HTTP: tus 1.0.0."""

from killrvideo.api.uploads.protocol import TusProtocol
from killrvideo.api.uploads.routes import HEADERS, PATH, router

__all__ = ["HEADERS", "PATH", "TusProtocol", "router"]
