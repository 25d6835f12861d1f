"""What the object store library's errors mean in the words of the house."""

import pytest
from obstore.exceptions import (
    AlreadyExistsError,
    GenericError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from structlog.testing import capture_logs

from killrvideo.adapters.blobs.faults import asked, refusal_for
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

KEY = "videos/1/film.mp4"
NO_BUCKET = "Server returned non-2xx status code: 404 Not Found: <Error><Code>NoSuchBucket</Code>"


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (FileNotFoundError(f"Object at location {KEY} not found"), BlobNotFound, KEY),
        (FileNotFoundError(NO_BUCKET), Unavailable, "no such bucket"),
        (GenericError("404: <Code>ContainerNotFound</Code>"), Unavailable, "no such bucket"),
        (AlreadyExistsError("exists"), BlobExists, KEY),
        (PreconditionError("changed"), StaleVersion, "changed"),
        (PermissionDeniedError("403"), Unavailable, "credentials"),
        (UnauthenticatedError("401"), Unavailable, "credentials"),
        (GenericError("PUT http://169.254.169.254/latest/api/token"), Unavailable, "no credentials"),
        (GenericError("Received redirect without LOCATION"), Unavailable, "AWS_REGION"),
        (GenericError("HTTP error: builder error"), Unavailable, "TLS"),
        (GenericError("503 Slow Down"), Unavailable, "does not answer"),
        (TimeoutError(), Unavailable, "in time"),
        (GenericError("416 Range Not Satisfiable"), RangeNotSatisfiable, "ends before"),
        (GenericError("Wanted range starting at 11"), RangeNotSatisfiable, "ends before"),
        (GenericError("Unable to write: No space left on device (os error 28)"), DiskFull, "full"),
        (OSError(28, "No space left on device"), DiskFull, "full"),
        (GenericError("Unable to open: Permission denied (os error 13)"), Unavailable, "may not be written"),
        (GenericError("Unable to open: Not a directory (os error 20)"), InvalidBlobKey, "below a file"),
        (OSError("connection lost"), Unavailable, "does not answer"),
        (ValueError("no path"), InvalidBlobKey, KEY),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_becomes_the_refusal_that_it_means(error: Exception, kind: type[Refusal], said: str) -> None:
    refusal = refusal_for(error, KEY)

    assert type(refusal) is kind
    assert said in refusal.detail
    assert refusal.detail.endswith(".")
    assert getattr(refusal, "retry_after", 1) >= 1


def test_the_name_of_a_file_does_not_pass_for_a_reason() -> None:
    key = "NoSuchBucket/416 Range Not Satisfiable (os error 28)"

    assert type(refusal_for(FileNotFoundError(f"Object at location {key} not found"), key)) is BlobNotFound


async def test_the_operator_reads_the_reason_in_the_log_without_signatures() -> None:
    reason = (
        "Error performing GET https://store.example/film?sig=very-private in 2ms - 500\nDebug source: ..."
    )
    with capture_logs() as lines, pytest.raises(Unavailable):
        async with asked(KEY, 5):
            raise GenericError(reason)

    [line] = lines
    assert (line["event"], line["key"]) == ("object_store_failed", KEY)
    assert line["reason"] == "Error performing GET https://store.example/film?... in 2ms - 500"
