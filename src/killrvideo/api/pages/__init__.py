"""The pages that a browser finds: front page, player, what problems mean, documentation without a network."""

from killrvideo.api.pages.documentation import add_documentation, add_event_description
from killrvideo.api.pages.front import router as front
from killrvideo.api.pages.problems import router as problems
from killrvideo.api.pages.watching import add_assets as add_player
from killrvideo.api.pages.watching import router as watching

__all__ = ["add_documentation", "add_event_description", "add_player", "front", "problems", "watching"]
