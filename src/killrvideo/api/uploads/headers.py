"""The headers of tus 1.0.0, read and written."""

import base64
import binascii
import re
from collections.abc import Mapping
from email.utils import format_datetime
from uuid import UUID

from starlette.datastructures import Headers

from killrvideo.domain.errors import InvalidUpload
from killrvideo.domain.ids import UploadId
from killrvideo.domain.uploads import ALGORITHMS, METADATA_LONGEST, Checksum, Upload, UploadKind

NUMBER = re.compile(r"[0-9]{1,15}")
KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,100}")
FINAL = "final;"


def number(headers: Headers, name: str) -> int | None:
    """None where the header is absent. Raises InvalidUpload for what is no number of bytes."""
    text = headers.get(name)
    if text is not None and not NUMBER.fullmatch(text):
        raise InvalidUpload(f"{name} is a number of bytes, in digits.")
    return None if text is None else int(text)


def length(headers: Headers) -> int | None:
    """Of a file that is announced; None where it is told later. Raises InvalidUpload."""
    told, deferred = number(headers, "Upload-Length"), headers.get("Upload-Defer-Length")
    if deferred not in {None, "1"} or (told is None) == (deferred is None):
        raise InvalidUpload("Send either Upload-Length, or Upload-Defer-Length with the value 1.")
    return told


def metadata(headers: Headers) -> Mapping[str, str]:
    """What is said of the file, decoded. Raises InvalidUpload."""
    text = headers.get("Upload-Metadata", "")
    if len(text) > METADATA_LONGEST:
        raise InvalidUpload(f"Upload-Metadata has at most {METADATA_LONGEST:,} characters.")
    found: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in text.split(","))):
        key, _, value = pair.partition(" ")
        if not KEY.fullmatch(key) or key in found:
            raise InvalidUpload("Upload-Metadata has pairs of a key and a Base64 value; each key once.")
        found[key] = _decoded(value.strip())
    return found


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidUpload("The values of Upload-Metadata are UTF-8 texts in Base64.") from None


def checksum(headers: Headers) -> Checksum | None:
    """None where none is sent. Raises InvalidUpload."""
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidUpload(f"Upload-Checksum is by one of {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(value.strip(), validate=True))
    except binascii.Error:
        raise InvalidUpload("Upload-Checksum is an algorithm and a Base64 value.") from None


def kind(headers: Headers) -> UploadKind:
    """What is to become of the upload. Raises InvalidUpload."""
    text = headers.get("Upload-Concat", "")
    if text.startswith(FINAL):
        return UploadKind.FINAL
    if text not in {"", "partial"}:
        raise InvalidUpload("Upload-Concat is 'partial', or 'final;' with the addresses of partial uploads.")
    return UploadKind.PARTIAL if text else UploadKind.WHOLE


def joined(headers: Headers) -> list[UploadId]:
    """The uploads of which a final one is made, by the last step of their addresses. Raises InvalidUpload."""
    addresses = headers.get("Upload-Concat", "").removeprefix(FINAL).split()
    try:
        return [UploadId(UUID(address.rstrip("/").rpartition("/")[2])) for address in addresses]
    except ValueError:
        raise InvalidUpload("Upload-Concat names uploads by their addresses here.") from None


def expires(upload: Upload) -> dict[str, str]:
    """When the upload is given up, while it waits for more."""
    if not upload.waits:
        return {}
    return {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def described(upload: Upload, path: str) -> dict[str, str]:
    """All that a client may ask of an upload."""
    told = {"Upload-Offset": str(upload.offset), **expires(upload)}
    if upload.length is None:
        told["Upload-Defer-Length"] = "1"
    else:
        told["Upload-Length"] = str(upload.length)
    if upload.metadata:
        told["Upload-Metadata"] = ",".join(_pair(*pair) for pair in upload.metadata.items())
    if upload.kind is UploadKind.PARTIAL:
        told["Upload-Concat"] = "partial"
    elif upload.kind is UploadKind.FINAL:
        told["Upload-Concat"] = FINAL + " ".join(f"{path}/{one}" for one in upload.joined)
    return told


def _pair(key: str, value: str) -> str:
    return f"{key} {base64.b64encode(value.encode()).decode()}".rstrip()
