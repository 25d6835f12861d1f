"""The one error taxonomy. Every refusal that a reader can meet is a class here, with a stable ``code``.

    Refusal
    ├── InvalidInput                the request itself is wrong            (422)
    │   ├── NotAYouTubeAddress                                             (400)
    │   ├── InvalidText, InvalidVector, InvalidCursor, PageTooDeep, RequestKeyReused
    │   ├── InvalidBlobKey, InvalidExperiment, InvalidCaptions
    │   ├── InvalidUpload                                                  (400)
    │   ├── WrongContentType                                               (415)
    │   ├── ChecksumMismatch        a chunk is not what it says            (460)
    │   └── InvalidGrant            an OAuth2 token request is wrong       (400)
    ├── NotSignedIn                 nobody is signed in                    (401)
    │   └── WrongCredentials
    ├── NotAllowed                  signed in, but not for this            (403)
    │   └── MissingScope, AccountSuspended, WrongPassword, UploadIsFinal
    ├── NotFound                    absent, or hidden from this reader     (404)
    │   └── VideoNotFound, CommentNotFound, AccountNotFound, FlagNotFound, SourceNotFound, BlobNotFound,
    │       ExperimentNotFound, CaptionsNotFound, UploadNotFound, StreamNotFound,
    │       PictureNotFound
    ├── Conflict                    the state of the thing forbids it      (409)
    │   ├── EmailTaken, AlreadySubmitted, AlreadyFlagged
    │   ├── VideoNotReady, NothingToRetry, BlobExists, OffsetMismatch
    │   ├── UploadTaken             a later request goes on with it        (423)
    │   ├── RemovedByModeration, NotRemovedByModeration, NotDeleted
    │   ├── FlagResolved, FlagTransition, LastModerator, AccountStateConflict
    │   └── ExperimentExists, ExperimentFixed, ExperimentTransition
    ├── StaleVersion                somebody else was faster               (412)
    ├── UnsupportedProtocol         of uploads                             (412)
    ├── UploadTooLarge              there is no room for the file          (413)
    ├── UnusableFile                what was uploaded is no video          (422)
    ├── TranslationUnavailable      nobody here knows these languages      (404)
    ├── RangeNotSatisfiable         the file ends before this range        (416)
    ├── TooManyRequests             slow down                              (429)
    ├── SourceFailed                a service that we ask did not answer   (502)
    ├── ToolFailed                  a tool that works on files stopped     (503)
    └── Unavailable                 we cannot serve this now               (503)
        ├── ModelUnavailable        a model that judges texts does not answer
        └── DiskFull                there is no room for more files        (507)

    Signals (never shown to a reader):
    ├── AlreadyDone                 this idempotency key has been served
    ├── RefreshReused               a dead refresh token came back
    ├── AlreadyExposed              an account takes part in this experiment already
    ├── TextsChanged                passages were made of texts that are others by now
    └── LeaseLost                   another worker holds this job now

The statuses in brackets are given by ``api/problems.py``: the domain knows no HTTP.
"""

from killrvideo.domain.errors.absences import (
    AccountNotFound,
    BlobNotFound,
    CaptionsNotFound,
    CommentNotFound,
    ExperimentNotFound,
    FlagNotFound,
    NotFound,
    PictureNotFound,
    SourceNotFound,
    StreamNotFound,
    UploadNotFound,
    VideoNotFound,
)
from killrvideo.domain.errors.callers import (
    AccountSuspended,
    MissingScope,
    NotAllowed,
    NotSignedIn,
    UploadIsFinal,
    WrongCredentials,
    WrongPassword,
)
from killrvideo.domain.errors.conflicts import (
    AccountStateConflict,
    AlreadyFlagged,
    AlreadySubmitted,
    BlobExists,
    Conflict,
    EmailTaken,
    ExperimentExists,
    ExperimentFixed,
    ExperimentTransition,
    FlagResolved,
    FlagTransition,
    LastModerator,
    NotDeleted,
    NothingToRetry,
    NotRemovedByModeration,
    OffsetMismatch,
    RemovedByModeration,
    UploadTaken,
    VideoNotReady,
)
from killrvideo.domain.errors.failures import (
    DiskFull,
    ModelUnavailable,
    RangeNotSatisfiable,
    SourceFailed,
    StaleVersion,
    ToolFailed,
    TooManyRequests,
    TranslationUnavailable,
    Unavailable,
    UnsupportedProtocol,
    UnusableFile,
    UploadTooLarge,
)
from killrvideo.domain.errors.refusal import Refusal
from killrvideo.domain.errors.requests import (
    ChecksumMismatch,
    InvalidBlobKey,
    InvalidCaptions,
    InvalidCursor,
    InvalidExperiment,
    InvalidGrant,
    InvalidInput,
    InvalidText,
    InvalidUpload,
    InvalidVector,
    NotAYouTubeAddress,
    PageTooDeep,
    RequestKeyReused,
    WrongContentType,
)
from killrvideo.domain.errors.signals import (
    AlreadyDone,
    AlreadyExposed,
    LeaseLost,
    RefreshReused,
    TextsChanged,
)

__all__ = [
    "AccountNotFound",
    "AccountStateConflict",
    "AccountSuspended",
    "AlreadyDone",
    "AlreadyExposed",
    "AlreadyFlagged",
    "AlreadySubmitted",
    "BlobExists",
    "BlobNotFound",
    "CaptionsNotFound",
    "ChecksumMismatch",
    "CommentNotFound",
    "Conflict",
    "DiskFull",
    "EmailTaken",
    "ExperimentExists",
    "ExperimentFixed",
    "ExperimentNotFound",
    "ExperimentTransition",
    "FlagNotFound",
    "FlagResolved",
    "FlagTransition",
    "InvalidBlobKey",
    "InvalidCaptions",
    "InvalidCursor",
    "InvalidExperiment",
    "InvalidGrant",
    "InvalidInput",
    "InvalidText",
    "InvalidUpload",
    "InvalidVector",
    "LastModerator",
    "LeaseLost",
    "MissingScope",
    "ModelUnavailable",
    "NotAYouTubeAddress",
    "NotAllowed",
    "NotDeleted",
    "NotFound",
    "NotRemovedByModeration",
    "NotSignedIn",
    "NothingToRetry",
    "OffsetMismatch",
    "PageTooDeep",
    "PictureNotFound",
    "RangeNotSatisfiable",
    "RefreshReused",
    "Refusal",
    "RemovedByModeration",
    "RequestKeyReused",
    "SourceFailed",
    "SourceNotFound",
    "StaleVersion",
    "StreamNotFound",
    "TextsChanged",
    "TooManyRequests",
    "ToolFailed",
    "TranslationUnavailable",
    "Unavailable",
    "UnsupportedProtocol",
    "UnusableFile",
    "UploadIsFinal",
    "UploadNotFound",
    "UploadTaken",
    "UploadTooLarge",
    "VideoNotFound",
    "VideoNotReady",
    "WrongContentType",
    "WrongCredentials",
    "WrongPassword",
]
