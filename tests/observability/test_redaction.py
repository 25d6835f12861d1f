"""No secret reaches the log, by whatever way it tries."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from killrvideo.adapters.credentials import JwtSigner, SigningKey
from killrvideo.observability.logging import LogFormat, set_up_logging
from killrvideo.observability.redaction import REDACTED, redact, without_secrets
from tests.adapters.test_tokens import CLAIMS

SECRET = "hunter2-and-more"
TOKEN = JwtSigner([SigningKey("k", b"k" * 32)], issuer="i", audience="a").issue(CLAIMS)


@pytest.fixture(params=["json", "console"])
def stream(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    stream = io.StringIO()
    log_format: LogFormat = request.param
    set_up_logging("info", log_format, stream)
    yield stream
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "currentPassword",
        "new_password",
        "PASSWORD",
        "token",
        "accessToken",
        "refreshToken",
        "refresh_token",
        "authorization",
        "Authorization",
        "secret",
        "client-secret",
        "key",
        "api_key",
        "apiKey",
        "APIKey",
        "X-Api-Key",
        "signing_keys",
        "Set-Cookie",
        "passwordHash",
    ],
)
def test_values_with_telling_names_are_dropped(stream: io.StringIO, name: str) -> None:
    log = structlog.get_logger()

    log.info("ours", **{name: SECRET})
    log.info("deep", body={"user": [{"name": "Ada", name: SECRET}]})
    log.info("of another kind", **{name: {"inner": [SECRET]}})

    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count(REDACTED) == 3
    assert "Ada" in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"token={SECRET}",
        f"GET /youtube/v3/videos?id=abc&key={SECRET}&part=snippet",
        f"password: {SECRET}",
        f'{{"password": "{SECRET}", "email": "ada@example.org"}}',
        f"input_value={{'password': '{SECRET}'}}",
        f"Authorization: Bearer {SECRET}",
        f"authorization: basic {SECRET}",
        f"Cookie: {SECRET}",
        f"got bearer {SECRET}",
        f"secret = '{SECRET} with blanks'",
    ],
)
def test_texts_lose_the_values_of_what_is_secret(stream: io.StringIO, text: str) -> None:
    structlog.get_logger().info(text)
    structlog.get_logger().info("in a value", detail=text, raw=text.encode(), many=(text, {text}))
    logging.getLogger("somebody").warning("they say: %s", text)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        structlog.get_logger().exception("failed")
        logging.getLogger("somebody").exception("failed too")

    assert SECRET not in stream.getvalue()
    assert REDACTED in stream.getvalue()


def test_a_token_is_recognised_by_its_looks(stream: io.StringIO) -> None:
    structlog.get_logger().info(f"odd: {TOKEN}!", path=f"/api/{TOKEN}/x", things=[TOKEN])
    logging.getLogger("somebody").warning("odd: %s", TOKEN)

    for part in TOKEN.split("."):
        assert part not in stream.getvalue()


def test_what_hides_too_deep_is_dropped() -> None:
    nested: dict[str, Any] = {"password": SECRET}
    for _ in range(20):
        nested = {"inner": nested}

    assert SECRET not in str(redact(None, "info", {"event": "x", "body": nested}))


def test_objects_are_told_without_their_secrets(stream: io.StringIO) -> None:
    class Holder:
        def __repr__(self) -> str:
            return f"Holder(token={SECRET})"

    structlog.get_logger().info("x", holder=Holder())

    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v1/videos/latest?page=2 200",
        "The store is busy: another process holds its write lock.",
        "3f2a7c1e-0000-7000-8000-000000000001",
        "a basic question of bearing",
    ],
)
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.parametrize("name", ["path", "status", "ms", "event", "video_id", "correlation_id", "monkey"])
def test_harmless_names_keep_their_values(name: str) -> None:
    assert redact(None, "info", {name: "value"}) == {name: "value"}
