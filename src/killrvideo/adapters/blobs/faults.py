"""What the library's errors mean, in the words of the house and with what to do."""

import asyncio
import errno
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    InvalidPathError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from killrvideo.adapters.blobs.leaving import leave_in_order
from killrvideo.domain.errors import (
    BlobExists,
    BlobNotFound,
    DiskFull,
    InvalidBlobKey,
    RangeNotSatisfiable,
    Refusal,
    StaleVersion,
    Unavailable,
)

log = structlog.get_logger(__name__)

FAILURES = (BaseError, OSError, ValueError, NotImplementedError)
"""All that the library raises; a time limit that ran out is an OSError too."""
RETRY_AFTER = 5.0
"""Seconds: an object store that is away stays so for longer than a busy database."""

AWAY = "The object store does not answer; try again later."
SLOW = "The object store did not answer in time; try again later."
REFUSING = "The object store refuses our credentials; the operator should check them and what they allow."

MEANINGS: tuple[tuple[type[Exception], Callable[[str], Refusal]], ...] = (
    (AlreadyExistsError, lambda key: BlobExists(f"There is a file '{key}' already.")),
    (PreconditionError, lambda key: StaleVersion(f"'{key}' was changed while it was read; read it again.")),
    (FileNotFoundError, lambda key: BlobNotFound(f"There is no file '{key}'.")),
    (PermissionDeniedError, lambda _: Unavailable(REFUSING, retry_after=RETRY_AFTER)),
    (UnauthenticatedError, lambda _: Unavailable(REFUSING, retry_after=RETRY_AFTER)),
    (TimeoutError, lambda _: Unavailable(SLOW, retry_after=RETRY_AFTER)),
    (InvalidPathError, lambda key: InvalidBlobKey(f"'{key}' cannot be the name of a file.")),
    (ValueError, lambda key: InvalidBlobKey(f"'{key}' cannot be the name of a file.")),
)
"""What an error's class says; the first that fits."""
SENTENCES = (
    (
        re.compile("NoSuchBucket|ContainerNotFound|specified bucket does not exist"),
        "The object store has no such bucket; the operator should make it or correct the address.",
    ),
    (
        re.compile("without LOCATION|PermanentRedirect|AuthorizationHeaderMalformed"),
        "The bucket is in another region; the operator should set AWS_REGION to that.",
    ),
    (
        re.compile(r"169\.254\.169\.254|metadata\.google\.internal"),
        "There are no credentials for the object store; the operator should set them.",
    ),
    (
        re.compile("builder error"),
        "The endpoint of the object store cannot be used; one without TLS has to be allowed by the setting.",
    ),
)
"""What the text of an error tells beyond its class, all of it for the operator."""

OUTSIDE = re.compile(
    r"416 Range Not Satisfiable|Wanted range|[Rr]ange was invalid|Invalid range|Range started"
)
OS_ERROR = re.compile(r"\(os error (\d+)\)")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
MISPLACED = {errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.ENAMETOOLONG, errno.ELOOP}
QUERY = re.compile(r"\?[^\s)]*")
"""What follows in an address may be a signature."""


@asynccontextmanager
async def asked(key: str, seconds: float) -> AsyncIterator[None]:
    """Calls the library inside, for so long at most; raises what it raises as the refusal that it means."""
    leave_in_order()
    try:
        async with asyncio.timeout(seconds):
            yield
    except FAILURES as error:
        refusal = refusal_for(error, key)
        if isinstance(refusal, Unavailable):
            log.warning("object_store_failed", key=key, reason=_reason(error))
        raise refusal from error


def refusal_for(error: Exception, key: str) -> Refusal:
    """Of one of `FAILURES`, met while the blob of that key was asked for."""
    # The name of a file could be the text that is looked for.
    told = str(error).replace(key, "") if key else str(error)
    for pattern, sentence in SENTENCES:
        if pattern.search(told):
            return Unavailable(sentence, retry_after=RETRY_AFTER)
    if OUTSIDE.search(told):
        # How many bytes there are, whoever asked finds out.
        return RangeNotSatisfiable(size=0)
    for kind, meaning in MEANINGS:
        if isinstance(error, kind):
            return meaning(key)
    return _of_the_system(error, told, key)


def _of_the_system(error: Exception, told: str, key: str) -> Refusal:
    found = OS_ERROR.search(told)
    number = int(found[1]) if found else error.errno if isinstance(error, OSError) else None
    if number in FULL:
        return DiskFull("The disk of the files is full; the operator should make room.")
    if number in CLOSED:
        return Unavailable("The folder of the files may not be written; the operator should allow it.")
    if number in MISPLACED:
        return InvalidBlobKey(f"'{key}' cannot be a file: it is a folder, or lies below a file.")
    return Unavailable(AWAY, retry_after=RETRY_AFTER)


def _reason(error: Exception) -> str:
    first = str(error).partition("\n")[0] or type(error).__name__
    return QUERY.sub("?...", first)[:300]
