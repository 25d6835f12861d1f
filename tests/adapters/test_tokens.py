"""Access tokens say who is there, and nothing that we did not sign for ourselves is believed."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from killrvideo.adapters.credentials import JwtSigner, Secrets, SigningKey
from killrvideo.domain.access import Scope
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.service_interfaces.credentials import AccessClaims
from tests.holding_still import START

OLD = SigningKey("old", b"an old key, thirty-two bytes long")
NEW = SigningKey("new", b"a new key, it has 32 bytes or more")
FOREIGN = SigningKey("new", b"somebody else's key, just as long!")
NOW = START
CLAIMS = AccessClaims(
    account_id=AccountId(UUID(int=1)),
    session_id=SessionId(UUID(int=2)),
    token_id="token-1",
    issued_at=NOW,
    expires_at=NOW + timedelta(hours=8),
)
NARROWED = frozenset({Scope.PROFILE, Scope.COMMENTS_WRITE})


def signer(*keys: SigningKey, issuer: str = "killrvideo", audience: str = "api") -> JwtSigner:
    return JwtSigner(keys or (NEW,), issuer=issuer, audience=audience)


def part(content: Any) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, body, _ = token.split(".")
    one, two = (json.loads(base64.urlsafe_b64decode(text + "==")) for text in (header, body))
    return one, two


def forged(header: Any, body: Any, secret: bytes = NEW.secret) -> str:
    """A token with a true signature of our key over whatever it says."""
    signed = f"{part(header)}.{part(body)}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


TRUE_HEADER = {"alg": "HS256", "typ": "JWT", "kid": "new"}
TRUE_BODY = opened(signer().issue(CLAIMS))[1]


def test_what_is_issued_is_read_back() -> None:
    house = signer()

    assert house.read(house.issue(CLAIMS), NOW) == CLAIMS


def test_the_token_holds_what_the_contract_says() -> None:
    header, body = opened(signer().issue(CLAIMS))

    assert header == TRUE_HEADER
    assert body == {
        "iss": "killrvideo",
        "aud": "api",
        "sub": str(CLAIMS.account_id),
        "sid": str(CLAIMS.session_id),
        "jti": "token-1",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 8 * 3600,
    }


@pytest.mark.parametrize("scopes", [NARROWED, frozenset()])
def test_a_narrowed_token_stays_narrow(scopes: frozenset[Scope]) -> None:
    house = signer()
    token = house.issue(
        AccessClaims(
            account_id=CLAIMS.account_id,
            session_id=CLAIMS.session_id,
            token_id="t",
            issued_at=NOW,
            expires_at=CLAIMS.expires_at,
            scopes=scopes,
        )
    )
    read = house.read(token, NOW)

    assert opened(token)[1]["scope"] == " ".join(sorted(scopes))
    assert read is not None
    assert read.scopes == scopes


def test_a_token_ends_at_its_hour_however_often_it_was_read() -> None:
    house = signer()
    token = house.issue(CLAIMS)

    assert house.read(token, CLAIMS.expires_at - timedelta(milliseconds=1)) is not None
    assert house.read(token, CLAIMS.expires_at) is None
    assert house.read(token, CLAIMS.expires_at - timedelta(milliseconds=1)) is not None


def test_keys_are_rotated_without_signing_anybody_out() -> None:
    token = signer(OLD).issue(CLAIMS)
    both = signer(NEW, OLD)

    assert both.read(token, NOW) == CLAIMS
    assert opened(both.issue(CLAIMS))[0]["kid"] == "new"
    assert signer(NEW).read(token, NOW) is None


def test_there_must_be_a_key() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        JwtSigner([], issuer="x", audience="y")


@pytest.mark.parametrize(
    "token",
    [
        signer(FOREIGN).issue(CLAIMS),
        signer(issuer="somebody").issue(CLAIMS),
        signer(audience="somewhere").issue(CLAIMS),
        forged({"alg": "none"}, TRUE_BODY),
        forged({"alg": "none", "kid": "new"}, TRUE_BODY).rsplit(".", 1)[0] + ".",
        forged({**TRUE_HEADER, "alg": "HS384"}, TRUE_BODY),
        forged({**TRUE_HEADER, "alg": "RS256"}, TRUE_BODY),
        forged({**TRUE_HEADER, "alg": ["HS256"]}, TRUE_BODY),
        forged({**TRUE_HEADER, "kid": "unknown"}, TRUE_BODY),
        forged({**TRUE_HEADER, "kid": {}}, TRUE_BODY),
        forged({**TRUE_HEADER, "kid": None}, TRUE_BODY),
        forged({**TRUE_HEADER, "crit": ["exp"]}, TRUE_BODY),
        forged({"alg": "HS256"}, TRUE_BODY),
        forged([], TRUE_BODY),
        forged(b"\xff\xfe", TRUE_BODY),
        forged(b"[" * 4000, TRUE_BODY),
        forged(TRUE_HEADER, []),
        forged(TRUE_HEADER, b"\xff\xfe"),
        forged(TRUE_HEADER, {}),
        forged(TRUE_HEADER, {**TRUE_BODY, "exp": "tomorrow"}),
        forged(TRUE_HEADER, {**TRUE_BODY, "exp": 10**40}),
        forged(TRUE_HEADER, {**TRUE_BODY, "exp": float("inf")}),
        forged(TRUE_HEADER, {**TRUE_BODY, "sub": "me"}),
        forged(TRUE_HEADER, {**TRUE_BODY, "sid": 7}),
        forged(TRUE_HEADER, {**TRUE_BODY, "scope": ["profile"]}),
        forged(TRUE_HEADER, {**TRUE_BODY, "aud": ["api"]}),
        signer().issue(CLAIMS) + "x",
        signer().issue(CLAIMS)[:-1],
        signer().issue(CLAIMS) + "\n",
        " " + signer().issue(CLAIMS),
        "",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "\ud800.\ud800.\ud800",
        "é.é.é",
        "A" * 100_000,
        ".".join(["A" * 5000] * 3),
    ],
)
def test_hostile_tokens_are_no_tokens(token: str) -> None:
    house = signer()

    assert house.read(token, NOW) is None
    assert house.read(token, NOW) is None


def test_an_unknown_scope_narrows_to_nothing() -> None:
    claims = signer().read(forged(TRUE_HEADER, {**TRUE_BODY, "scope": "world:rule profile"}), NOW)

    assert claims is not None
    assert claims.scopes == frozenset({Scope.PROFILE})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "cty"]), JSON),
    body=st.dictionaries(st.sampled_from([*TRUE_BODY, "nbf", "scope"]), JSON),
)
def test_nothing_signed_makes_reading_fail(header: dict[str, Any], body: dict[str, Any]) -> None:
    house = signer()

    assert house.read(forged({**TRUE_HEADER, **header}, body), NOW) is None
    house.read(forged(TRUE_HEADER, {**TRUE_BODY, **body}), NOW)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_no_text_makes_reading_fail(text: str) -> None:
    assert signer().read(text, NOW) is None


def test_refresh_tokens_are_long_and_never_the_same() -> None:
    tokens = {Secrets().refresh_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)
