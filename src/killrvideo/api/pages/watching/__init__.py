"""``/watch/{videoId}``: a page that plays a video."""

from killrvideo.api.pages.watching.assets import add_assets
from killrvideo.api.pages.watching.page import router

__all__ = ["add_assets", "router"]
