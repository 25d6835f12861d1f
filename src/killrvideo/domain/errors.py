"""The one error taxonomy. Every refusal that a reader can meet is a class here, with a stable ``code``.

    Refusal
    ├── InvalidInput                the request itself is wrong            (422)
    │   ├── NotAYouTubeAddress                                             (400)
    │   ├── InvalidText, InvalidVector, InvalidCursor, PageTooDeep, RequestKeyReused
    │   ├── InvalidBlobKey, InvalidExperiment, InvalidCaptions
    │   └── InvalidGrant            an OAuth2 token request is wrong       (400)
    ├── NotSignedIn                 nobody is signed in                    (401)
    │   └── WrongCredentials
    ├── NotAllowed                  signed in, but not for this            (403)
    │   └── MissingScope, AccountSuspended, WrongPassword
    ├── NotFound                    absent, or hidden from this reader     (404)
    │   └── VideoNotFound, CommentNotFound, AccountNotFound, FlagNotFound, SourceNotFound, BlobNotFound,
    │       ExperimentNotFound, CaptionsNotFound
    ├── Conflict                    the state of the thing forbids it      (409)
    │   ├── EmailTaken, AlreadySubmitted, AlreadyFlagged
    │   ├── VideoNotReady, NothingToRetry, BlobExists
    │   ├── RemovedByModeration, NotRemovedByModeration, NotDeleted
    │   ├── FlagResolved, FlagTransition, LastModerator, AccountStateConflict
    │   └── ExperimentExists, ExperimentFixed, ExperimentTransition
    ├── StaleVersion                somebody else was faster               (412)
    ├── RangeNotSatisfiable         the file ends before this range        (416)
    ├── TooManyRequests             slow down                              (429)
    ├── NotBuiltYet                 promised, but not there                (501)
    ├── SourceFailed                a service that we ask did not answer   (502)
    └── Unavailable                 we cannot serve this now               (503)
        └── ModelUnavailable        a model that judges texts does not answer

    Signals (never shown to a reader):
    ├── AlreadyDone                 this idempotency key has been served
    ├── RefreshReused               a dead refresh token came back
    ├── AlreadyExposed              an account takes part in this experiment already
    └── LeaseLost                   another worker holds this job now

The statuses in brackets are given by ``api/problems.py``: the domain knows no HTTP.
"""

from typing import ClassVar
from uuid import UUID

from killrvideo.domain.limits import RateDecision


class Refusal(Exception):
    """A request that is turned down. ``str(refusal)`` is one readable sentence that says what to do."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or f"{self.title}.")

    @property
    def detail(self) -> str:
        """The sentence for the reader."""
        return str(self.args[0])


# The request itself is wrong.


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


class InvalidGrant(InvalidInput):
    """An OAuth2 token request that fails (RFC 6749, section 5.2)."""

    code = "invalid_grant"
    title = "The token request failed"

    def __init__(self, detail: str | None = None, *, error: str = "invalid_grant") -> None:
        super().__init__(detail)
        self.error = error


# Who is asking.


class NotSignedIn(Refusal):
    code = "not_signed_in"
    title = "Sign in first"


class WrongCredentials(NotSignedIn):
    code = "wrong_credentials"
    title = "The e-mail address or the password is wrong"


class NotAllowed(Refusal):
    code = "not_allowed"
    title = "You may not do this"


class MissingScope(NotAllowed):
    code = "missing_scope"
    title = "Your account or token lacks a permission for this"


class AccountSuspended(NotAllowed):
    code = "account_suspended"
    title = "This account is suspended"


class WrongPassword(NotAllowed):
    code = "wrong_password"
    title = "The current password is wrong"


# What is asked for.


class NotFound(Refusal):
    code = "not_found"
    title = "There is nothing here"


class VideoNotFound(NotFound):
    code = "video_not_found"
    title = "There is no such video"


class CommentNotFound(NotFound):
    code = "comment_not_found"
    title = "There is no such comment"


class AccountNotFound(NotFound):
    code = "account_not_found"
    title = "There is no such account"


class FlagNotFound(NotFound):
    code = "flag_not_found"
    title = "There is no such flag"


class SourceNotFound(NotFound):
    code = "source_not_found"
    title = "YouTube has no such public video"


class BlobNotFound(NotFound):
    code = "blob_not_found"
    title = "There is no such file"


class ExperimentNotFound(NotFound):
    code = "experiment_not_found"
    title = "There is no such experiment"


class CaptionsNotFound(NotFound):
    code = "captions_not_found"
    title = "The video has no captions in this language"


# The state of the thing forbids it.


class Conflict(Refusal):
    code = "conflict"
    title = "The present state does not allow this"


class EmailTaken(Conflict):
    code = "email_taken"
    title = "There is already an account with this e-mail address"


class AlreadySubmitted(Conflict):
    code = "already_submitted"
    title = "You have already submitted this video"


class VideoNotReady(Conflict):
    code = "video_not_ready"
    title = "This video is not ready yet"


class NothingToRetry(Conflict):
    code = "nothing_to_retry"
    title = "Only a video whose processing has failed can be retried"


class BlobExists(Conflict):
    code = "blob_exists"
    title = "There is a file of this name already"


class RemovedByModeration(Conflict):
    code = "removed_by_moderation"
    title = "A moderator removed this; only a moderator can restore it"


class NotDeleted(Conflict):
    code = "not_deleted"
    title = "This is not deleted, so there is nothing to restore"


class NotRemovedByModeration(Conflict):
    code = "not_removed_by_moderation"
    title = "No moderator has removed this"


class AlreadyFlagged(Conflict):
    code = "already_flagged"
    title = "You have an open flag on this already"


class FlagResolved(Conflict):
    code = "flag_resolved"
    title = "This flag is already resolved"


class FlagTransition(Conflict):
    code = "flag_transition"
    title = "A flag cannot move that way"


class LastModerator(Conflict):
    code = "last_moderator"
    title = "This is the last moderator"


class AccountStateConflict(Conflict):
    code = "account_state_conflict"
    title = "The account is not in a state that allows this"


class ExperimentExists(Conflict):
    code = "experiment_exists"
    title = "There is an experiment of this key already"


class ExperimentFixed(Conflict):
    code = "experiment_fixed"
    title = "What is compared stays as it is once the experiment has started"


class ExperimentTransition(Conflict):
    code = "experiment_transition"
    title = "An experiment cannot move that way"


# Concurrency, limits and failure.


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


class NotBuiltYet(Refusal):
    code = "not_built_yet"
    title = "This is not built yet"


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


# Signals between floors; no reader sees them.


class AlreadyDone(Exception):
    """The unit of work's idempotency key was committed before; ``subject`` is what it made."""

    def __init__(self, subject: UUID) -> None:
        super().__init__(str(subject))
        self.subject = subject


class RefreshReused(Exception):
    """A refresh token was presented after its successor had been used."""


class AlreadyExposed(Exception):
    """The account was exposed to this round of the experiment before, or was erased: nothing is written."""


class LeaseLost(Exception):
    """The job's lease epoch moved on: whoever holds the old one must stop without a trace."""
