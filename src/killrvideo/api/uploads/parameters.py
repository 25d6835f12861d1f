"""The headers of tus 1.0.0 that a client sends, as the API's description tells of them."""

from killrvideo.api.operations import Parameter
from killrvideo.api.uploads.protocol import VERSION

BYTES = "^[0-9]{1,15}$"
BASE64 = "[A-Za-z0-9+/]*={0,2}"


def _header(name: str, says: str, *, required: bool = False, **schema: object) -> Parameter:
    described = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": required, "description": says, "schema": described}


RESUMABLE = _header("Tus-Resumable", "The version of the protocol.", required=True, enum=[VERSION])
OFFSET = _header("Upload-Offset", "Where the chunk begins, in bytes.", required=True, pattern=BYTES)
LENGTH = _header("Upload-Length", "Bytes of the file; at the latest with the last chunk.", pattern=BYTES)
DEFER_LENGTH = _header(
    "Upload-Defer-Length", "`1` in place of `Upload-Length`, to tell it later.", enum=["1"]
)
METADATA = _header(
    "Upload-Metadata",
    "Pairs of a key and a value in Base64, with commas between.",
    pattern=f"^([!-+.-~-]+( {BASE64})?)(,[!-+.-~-]+( {BASE64})?)*$",
)
CONCAT = _header(
    "Upload-Concat",
    "`partial`, or `final;` and the addresses of partial uploads with blanks between.",
    pattern="^(partial|final;[!-~]+( [!-~]+)*)$",
)
CHECKSUM = _header(
    "Upload-Checksum", "`sha1` or `sha256`, and the digest in Base64.", pattern=f"^sha(1|256) {BASE64}$"
)

OF_CREATION = (RESUMABLE, LENGTH, DEFER_LENGTH, METADATA, CONCAT, CHECKSUM)
OF_CHUNKS = (RESUMABLE, OFFSET, LENGTH, CHECKSUM)
