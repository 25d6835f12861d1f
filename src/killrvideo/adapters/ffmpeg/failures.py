"""What it means that a tool stopped: whether the file is at fault, or another try may succeed."""

import structlog

from killrvideo.adapters.ffmpeg.sandbox import Finished
from killrvideo.domain.errors import DiskFull, Refusal, ToolFailed, UnusableFile

log = structlog.get_logger(__name__)

ROOM_AGAIN_AFTER = 300.0
"""Seconds."""
NO_ROOM = ("No space left on device", "Disk quota exceeded")
NO_MEMORY = (
    "Cannot allocate memory",
    "Could not allocate memory",
    "get_buffer() failed",
    "malloc of size",
    "bad_alloc",
    "MemoryError",
)
"""What follows from it is often called invalid data. How much a film needs hangs on the tool, too."""
FAULTS_OF_FILES = (
    "Invalid data found when processing input",
    "Error while decoding stream",
    "Decode error rate",
    "Nothing was written into output file",
    "File too large",
    "does not contain any stream",
    "matches no streams",
)
DAMAGED = "The file is damaged: it cannot be decoded."


def refusal(what: str, finished: Finished) -> Refusal:
    """What to raise; the tool's own words go to the log alone."""
    log.warning(
        "media_tool_failed",
        what=what,
        code=finished.code,
        out_of_time=finished.out_of_time,
        complaint=finished.complaint,
    )
    if finished.out_of_time:
        return ToolFailed("Working on the file took too long.")
    if any(words in finished.complaint for words in NO_ROOM):
        return DiskFull("There is no room to work on the file at present.", retry_after=ROOM_AGAIN_AFTER)
    if any(words in finished.complaint for words in NO_MEMORY):
        return ToolFailed("The tool that works on the file ran out of memory.")
    if finished.code < 0:
        return ToolFailed("The tool that works on the file crashed, or was ended.")
    if any(words in finished.complaint for words in FAULTS_OF_FILES):
        return UnusableFile(DAMAGED)
    return ToolFailed("A tool that works on the file stopped.")
