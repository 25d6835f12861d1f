"""Cursors that only we can make: a list's position, signed for that list, opaque to the client."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence

from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.paging import Position

LONGEST = 1024
SHAPE = re.compile(r"[A-Za-z0-9_-]+")
PURPOSE = b"killrvideo cursor"
SIGNATURE_BYTES = 16
REFUSAL = "This cursor is not one of this list's; read the list from its beginning."


class SignedCursor:
    """Keeps CursorSigner by HMAC-SHA256. The first secret signs, all verify."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets:
            raise ValueError("A signer needs at least one secret.")
        # Not the secret itself, which signs tokens too: what is signed for one use is worthless for another.
        self._secrets = tuple(hmac.digest(secret, PURPOSE, hashlib.sha256) for secret in secrets)

    def encode(self, context: str, position: Position) -> str:
        body = json.dumps(position, separators=(",", ":")).encode("ascii")
        signed = _signature(self._secrets[0], context, body) + body
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")

    def decode(self, context: str, text: str) -> Position:
        if len(text) > LONGEST or not SHAPE.fullmatch(text):
            raise InvalidCursor(REFUSAL)
        try:
            signed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raise InvalidCursor(REFUSAL) from None
        signature, body = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
        if not any(hmac.compare_digest(signature, _signature(key, context, body)) for key in self._secrets):
            raise InvalidCursor(REFUSAL)
        return tuple(json.loads(body))


def _signature(secret: bytes, context: str, body: bytes) -> bytes:
    # The body is JSON and has no NUL: where the context ends is beyond doubt.
    message = context.encode("utf-8", "surrogatepass") + b"\0" + body
    return hmac.digest(secret, message, hashlib.sha256)[:SIGNATURE_BYTES]
