"""Files that nothing names any more, and whose files are looked through for them."""

from killrvideo.features.housekeeping.marks import MARK_KEY, HouseMarks
from killrvideo.features.housekeeping.sweeping import Housekeeping

__all__ = ["MARK_KEY", "HouseMarks", "Housekeeping"]
