"""The request itself is wrong."""

from killrvideo.domain.errors.refusal import Refusal


class InvalidInput(Refusal):
    code = "invalid_input"
    title = "The request is not valid"

    def __init__(self, detail: str | None = None, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer
        """JSON pointer to the member that is wrong, if there is one."""


class NotAYouTubeAddress(InvalidInput):
    code = "not_a_youtube_address"
    title = "This is not a YouTube address"


class InvalidText(InvalidInput):
    code = "invalid_text"
    title = "This text cannot be accepted"


class InvalidVector(InvalidInput):
    code = "invalid_vector"
    title = "This vector cannot be accepted"


class InvalidCursor(InvalidInput):
    code = "invalid_cursor"
    title = "This cursor is not one of ours"


class PageTooDeep(InvalidInput):
    code = "page_too_deep"
    title = "This page is too deep; follow the cursor instead"


class RequestKeyReused(InvalidInput):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for a different request"


class InvalidBlobKey(InvalidInput):
    code = "invalid_blob_key"
    title = "This name of a file cannot be accepted"


class InvalidExperiment(InvalidInput):
    code = "invalid_experiment"
    title = "This experiment cannot be run as it is described"


class InvalidCaptions(InvalidInput):
    code = "invalid_captions"
    title = "These captions cannot be accepted"


class InvalidUpload(InvalidInput):
    code = "invalid_upload"
    title = "This upload cannot be accepted"


class ChecksumMismatch(InvalidInput):
    code = "checksum_mismatch"
    title = "The chunk is not what its checksum says; nothing of it was kept"


class WrongContentType(InvalidInput):
    code = "wrong_content_type"
    title = "The body is not of the media type that is wanted here"


class InvalidGrant(InvalidInput):
    """An OAuth2 token request that fails (RFC 6749, section 5.2)."""

    code = "invalid_grant"
    title = "The token request failed"

    def __init__(self, detail: str | None = None, *, error: str = "invalid_grant") -> None:
        super().__init__(detail)
        self.error = error
