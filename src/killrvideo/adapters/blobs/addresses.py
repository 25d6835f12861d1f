"""What ``file://``, ``s3://``, ``gs://`` and ``az://`` addresses name, and the stores behind them."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, ObjectStore, S3Store

from killrvideo.adapters.blobs.durable import made
from killrvideo.adapters.blobs.store import LONGEST_PAUSE, ObjectBlobs, Patience
from killrvideo.domain.blobs import check_prefix
from killrvideo.domain.errors import InvalidInput

BUCKETS: dict[str, Callable[..., ObjectStore]] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
ENDPOINT_OPTION = {"s3": "endpoint", "gs": "base_url", "az": "endpoint"}
BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]*")
"""Without a user, a password or a port: credentials are none of an address's business."""
FIRST_PAUSE = timedelta(milliseconds=100)


def open_blobs(
    address: str, patience: Patience, *, endpoint: str | None = None, plain_http: bool = False
) -> ObjectBlobs:
    """The files at ``file:///folder``, ``s3://bucket/prefix``, ``gs://bucket/prefix`` or
    ``az://container/prefix``. A folder is made; a bucket is first asked when it is used.

    ``endpoint`` is the HTTP address of a server that speaks the bucket's protocol, in place of its cloud's.
    Credentials come from the variables and files that the cloud's own tools read. Raises InvalidInput for
    what is no such address, OSError for a folder that cannot be made.
    """
    parts = urlsplit(address)
    if parts.scheme == "file":
        return ObjectBlobs(_folder(address, parts), patience)
    if parts.scheme not in BUCKETS or not BUCKET.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise InvalidInput(
            f"'{address}' is not an address such as file:///folder, s3://bucket/prefix, gs://bucket/prefix "
            "or az://container/prefix."
        )
    prefix = check_prefix(parts.path.removeprefix("/"))
    return ObjectBlobs(_bucket(parts.scheme, parts.netloc, prefix, patience, endpoint, plain_http), patience)


def _folder(address: str, parts: SplitResult) -> LocalStore:
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise InvalidInput(f"'{address}' names no folder; it begins with three slashes, as file:///folder.")
    return LocalStore(made(Path(unquote(parts.path))), automatic_cleanup=True)


def _bucket(
    scheme: str, bucket: str, prefix: str, patience: Patience, endpoint: str | None, plain_http: bool
) -> ObjectStore:
    options = {} if endpoint is None else {ENDPOINT_OPTION[scheme]: endpoint}
    try:
        return BUCKETS[scheme](
            bucket,
            prefix=prefix or None,
            client_options={
                "allow_http": plain_http,
                "connect_timeout": patience.connecting,
                "timeout": patience.request,
            },
            retry_config={
                "max_retries": patience.tries - 1,
                "retry_timeout": patience.in_all,
                "backoff": {"init_backoff": FIRST_PAUSE, "max_backoff": LONGEST_PAUSE, "base": 2},
            },
            **options,
        )
    except (BaseError, ValueError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise InvalidInput(f"The files at {scheme}://{bucket} cannot be reached: {reason}.") from error
