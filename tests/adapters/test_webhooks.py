"""What is told to an operator's address, and that it can be believed."""

import base64
import hashlib
import hmac

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from killrvideo.adapters.webhooks import Webhook, signature
from killrvideo.domain.errors import SourceFailed
from tests.holding_still import START, ManualClock
from tests.stand_ins.serving import serving

SECRET = b"known to both of us and nobody else"
FACTS = {"videoId": "0199c1d2-0000-7000-8000-000000000000", "title": "Ünïcode & <b>"}


class Receiver:
    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.app = Starlette(routes=[Route("/told", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.got.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status)


async def tell(receiver: Receiver) -> None:
    with serving(receiver.app) as address:
        webhook = Webhook(ManualClock(), f"{address}/told", SECRET, timeout=20)
        try:
            await webhook.tell("message-1", "video.published", FACTS)
        finally:
            await webhook.close()


async def test_a_message_says_what_happened_and_who_says_so() -> None:
    receiver = Receiver()

    await tell(receiver)

    [(headers, body)] = receiver.got
    seconds = str(int(START.timestamp()))
    signed = b"message-1." + seconds.encode() + b"." + body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("message-1", seconds)
    assert orjson.loads(body) == {"type": "video.published", "timestamp": START.isoformat(), "data": FACTS}


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_a_receiver_that_does_not_take_it_is_told_again(status: int) -> None:
    with pytest.raises(SourceFailed, match=str(status)):
        await tell(Receiver(status))


async def test_a_receiver_that_is_away_is_told_again() -> None:
    webhook = Webhook(ManualClock(), "http://127.0.0.1:9/told", SECRET, timeout=20)
    with pytest.raises(SourceFailed):
        await webhook.tell("message-1", "video.published", FACTS)
    await webhook.close()


def test_signatures_are_those_of_standard_webhooks() -> None:
    """As the libraries of Standard Webhooks compute them: their example, with the secret decoded."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
