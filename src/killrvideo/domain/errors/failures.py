"""Somebody else was faster, there is too much of something, or something does not work."""

from killrvideo.domain.errors.refusal import Refusal
from killrvideo.domain.limits import RateDecision


class StaleVersion(Refusal):
    code = "stale_version"
    title = "Somebody changed this since you read it; read it again"


class RangeNotSatisfiable(Refusal):
    code = "range_not_satisfiable"
    title = "The file ends before this range begins"

    def __init__(self, detail: str | None = None, *, size: int) -> None:
        super().__init__(detail)
        self.size = size
        """Bytes that the file has."""


class TooManyRequests(Refusal):
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, detail: str | None = None, *, decision: RateDecision) -> None:
        super().__init__(detail)
        self.decision = decision


class SourceFailed(Refusal):
    """A service that we ask (YouTube) did not give a usable answer; another try may succeed."""

    code = "source_failed"
    title = "YouTube did not answer"

    def __init__(self, detail: str | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(Refusal):
    code = "unavailable"
    title = "This cannot be served now; try again later"

    def __init__(self, detail: str | None = None, *, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds after which another try makes sense."""


class ModelUnavailable(Unavailable):
    """Whoever can do without the model does; a reader rarely meets this."""

    code = "model_unavailable"
    title = "A language model does not answer"


class DiskFull(Unavailable):
    """Nothing is lost by it: whoever uploads goes on once there is room."""

    code = "disk_full"
    title = "There is no room for more files at present"

    def __init__(self, detail: str | None = None, *, retry_after: float = 60.0) -> None:
        super().__init__(detail, retry_after=retry_after)


class UnsupportedProtocol(Refusal):
    code = "unsupported_protocol"
    title = "This version of the protocol for uploads is not spoken here"


class UploadTooLarge(Refusal):
    code = "upload_too_large"
    title = "There is no room for a file of this size"


class UnusableFile(Refusal):
    """What was uploaded is no video that we can use, whatever its name says; trying again would not help."""

    code = "unusable_file"
    title = "This file cannot be used"


class ToolFailed(Refusal):
    """A tool that works on files stopped where it should not have; another try may succeed."""

    code = "tool_failed"
    title = "The file could not be worked on"


class TranslationUnavailable(Refusal):
    code = "translation_unavailable"
    title = "There is no translation between these languages"
