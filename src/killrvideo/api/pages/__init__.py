"""The pages that a browser finds: the front page, and the API's documentation without a network."""

from killrvideo.api.pages.documentation import add_documentation
from killrvideo.api.pages.front import router

__all__ = ["add_documentation", "router"]
