"""Notifications by HTTP, signed as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com).

Who receives one knows by `webhook-signature` that it comes from here, and by `webhook-id` whether it came
before.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

import httpx2
import orjson

from killrvideo.domain.errors import SourceFailed
from killrvideo.service_interfaces.clock import Clock

FAILED = "The address that is told of new videos did not take the message."


class Webhook:
    """Holds one client, opened with the first message. The address is the operator's, and trusted."""

    def __init__(self, clock: Clock, address: str, secret: bytes, timeout: float) -> None:
        """``secret`` as its Base64 spells it; ``timeout`` in seconds, for each step of a connection."""
        self._clock = clock
        self._address = address
        self._secret = secret
        self._timeout = timeout
        self._client: httpx2.AsyncClient | None = None

    async def tell(self, message_id: str, kind: str, facts: Mapping[str, str]) -> None:
        now = self._clock.now()
        body = orjson.dumps({"type": kind, "timestamp": now.isoformat(), "data": dict(facts)})
        seconds = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": seconds,
            "webhook-signature": signature(self._secret, message_id, seconds, body),
        }
        try:
            response = await self._open().post(self._address, content=body, headers=headers)
        except httpx2.HTTPError:
            raise SourceFailed(FAILED) from None
        if not response.is_success:
            raise SourceFailed(f"{FAILED} It answered {response.status_code}.")

    async def close(self) -> None:
        """May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=self._timeout, follow_redirects=False)
        return self._client


def signature(secret: bytes, message_id: str, seconds: str, body: bytes) -> str:
    """Of what is sent: version 1, HMAC with SHA-256."""
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
