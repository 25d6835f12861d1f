"""The one place that chooses: settings in, a house out that only has to be opened."""

from killrvideo.bootstrap.events import event_description
from killrvideo.bootstrap.files import blobs_at
from killrvideo.bootstrap.foundations import Foundations
from killrvideo.bootstrap.house import House, build
from killrvideo.bootstrap.stores import BackEnd
from killrvideo.settings.model import Settings
from killrvideo.settings.sources import SettingsError, load_settings

# The command reads settings through here alone.
__all__ = [
    "BackEnd",
    "Foundations",
    "House",
    "Settings",
    "SettingsError",
    "blobs_at",
    "build",
    "event_description",
    "load_settings",
]
