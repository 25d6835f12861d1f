"""Experiments over HTTP: bodies in wire spelling, reports, and the operations."""

from killrvideo.api.experiments.routes import router

__all__ = ["router"]
