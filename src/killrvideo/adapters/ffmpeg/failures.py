"""What it means that a tool stopped: whether the file is at fault, or another try may succeed."""

import signal

import structlog

from killrvideo.adapters.ffmpeg.sandbox import Finished
from killrvideo.domain.errors import DiskFull, Refusal, ToolFailed, UnusableFile

log = structlog.get_logger(__name__)

CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL, -signal.SIGBUS, -signal.SIGXCPU}
"""Signals that come again whenever the same file is read."""
ROOM_AGAIN_AFTER = 300.0
"""Seconds."""
NO_ROOM = ("No space left on device", "Disk quota exceeded")
FAULTS_OF_FILES = (
    "Invalid data found when processing input",
    "Error while decoding stream",
    "Decode error rate",
    "Nothing was written into output file",
    "File too large",
    "MemoryError",
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
    if finished.code in CRASHES or any(words in finished.complaint for words in FAULTS_OF_FILES):
        return UnusableFile(DAMAGED)
    return ToolFailed("A tool that works on the file stopped.")
