"""The pages that a browser finds: the front page, what problems mean, documentation without a network."""

from killrvideo.api.pages.documentation import add_documentation, add_event_description
from killrvideo.api.pages.front import router as front
from killrvideo.api.pages.problems import router as problems

__all__ = ["add_documentation", "add_event_description", "front", "problems"]
