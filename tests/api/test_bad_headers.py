"""Headers that are wrong in every way: refused in words, or taken for none; never believed, never echoed."""

from base64 import urlsafe_b64encode

import pytest

from tests.api.refusals import assert_refused, contents
from tests.api.town import API, NOBODY, Person, Town
from tests.builders.stored import left_behind

RawHeaders = list[tuple[bytes, bytes]]

NO_ALGORITHM = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")


def raw(by: Person = NOBODY, /, **values: bytes) -> RawHeaders:
    """Headers as bytes, beside those of the one who asks; an underscore stands for a dash."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    known = {name: value.encode() for name, value in by.headers.items()}
    return [(name.encode(), value) for name, value in {**known, **named}.items()]


def with_header(of: bytes, *, header: bytes) -> bytes:
    """A token with another header, and so with a signature that is none."""
    _, claims, signature = of.split(b".")
    return b".".join((header, claims, signature))


async def hostile_credentials(town: Town) -> list[bytes]:
    ann = await town.person()
    good = (ann.token or "").encode()
    return [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic " + good,
        b"Token " + good,
        good,
        b"Bearer junk",
        b"Bearer " + b"a" * 60_000,
        b"Bearer " + b"." * 10_000,
        b"Bearer \xff\xfe\xc3\xa9",
        b"Bearer null",
        b"Bearer " + good[:-1],
        b"Bearer " + good + b"x",
        b"Bearer " + good + b" " + good,
        b"Bearer " + good.upper(),
        b"Bearer " + with_header(good, header=NO_ALGORITHM),
        b"Bearer " + with_header(good, header=NO_ALGORITHM).rpartition(b".")[0] + b".",
        b"Bearer " + urlsafe_b64encode(b"[" * 30_000) + b".e30.e30",
    ]


async def test_credentials_that_are_no_good_count_as_none(town: Town) -> None:
    before = None
    for credentials in await hostile_credentials(town):
        before = before or await contents(town)
        headers = raw(Authorization=credentials)
        refused = await town.client.get(f"{API}/users/me", headers=headers)
        assert assert_refused(refused, 401)["code"] == "not_signed_in"
        assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert (await town.client.get(f"{API}/videos/latest", headers=headers)).status_code == 200
    assert await contents(town) == before


async def test_whoever_is_not_signed_in_is_told_so_before_anything_else(town: Town) -> None:
    for method, path in (
        ("POST", "/videos"),
        ("PUT", "/users/me"),
        ("POST", "/flags"),
        ("GET", "/recommendations/foryou?page=0&cursor=junk"),
        ("GET", "/moderation/audit?from=never"),
    ):
        assert_refused(await town.ask(method, path, json={"all": "wrong"}), 401)


@pytest.mark.parametrize("key", [b"", b"a" * 256, b"a b", b"\xff", b"a\tb", b"\x7f"])
async def test_an_idempotency_key_that_is_none_is_refused_and_nothing_is_kept(town: Town, key: bytes) -> None:
    creator = await town.person()
    body = {"youtubeUrl": "https://youtu.be/abcdefghijk"}
    before = await contents(town)

    headers = raw(creator, Idempotency_Key=key)
    answer = await town.client.post(f"{API}/videos", json=body, headers=headers)

    assert "Idempotency-Key" in assert_refused(answer, 422)["detail"]
    assert await contents(town) == before


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (b"junk", 412),
        (b'"junk"', 412),
        (b"1", 412),
        (b'W/"1"', 412),
        (b'"1", "2"', 412),
        (b'"-1"', 412),
        (b'"1e3"', 412),
        (b'"999999999999999999999"', 412),
        (b"\xff", 412),
        (b"", 412),
        (b'"' + b"1" * 10_000 + b'"', 422),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_an_if_match_that_names_no_version_changes_nothing(town: Town, tag: bytes, status: int) -> None:
    creator = await town.person()
    video = await town.video(creator)
    before = await contents(town)

    answer = await town.client.put(
        f"{API}/videos/{video}",
        json={"title": "Another title"},
        headers=raw(creator, If_Match=tag),
    )

    assert_refused(answer, status)
    assert await contents(town) == before


@pytest.mark.parametrize("name", [b"X-Correlation-ID", b"X-Request-ID"])
@pytest.mark.parametrize(
    "offered", [b"a\nb", b"a\r\nSet-Cookie: a=b", b"a" * 10_240, b"", b"\xff", b"a b", b"<b>", b"${jndi:x}"]
)
async def test_a_correlation_id_that_could_forge_a_log_line_is_replaced(
    town: Town, name: bytes, offered: bytes
) -> None:
    answer = await town.client.get(f"{API}/videos/latest", headers=[(name, offered)])

    assert answer.status_code == 200
    assert answer.headers["x-correlation-id"].isalnum()
    assert answer.headers["x-correlation-id"].encode("latin-1") not in (offered, b"")
    assert "set-cookie" not in answer.headers


TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("offered", "kept"),
    [
        (TRACE, TRACE.decode()),
        (b"cc" + TRACE[2:] + b"-more", "cc" + TRACE[2:].decode()),
        (b"ff" + TRACE[2:], None),
        (TRACE.upper(), None),
        (TRACE + b"1", None),
        (b"00-" + b"0" * 32 + TRACE[35:], None),
        (TRACE[:36] + b"0" * 16 + b"-01", None),
        (b"0" * 10_000, None),
        (b"\xff\x01", None),
        (b"", None),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_only_a_trace_parent_that_is_one_is_passed_on(
    town: Town, offered: bytes, kept: str | None
) -> None:
    creator = await town.person()

    answer = await town.client.post(
        f"{API}/videos",
        json={"youtubeUrl": "https://youtu.be/abcdefghijk"},
        headers=raw(creator, traceparent=offered),
    )

    assert answer.status_code == 202
    *_, submitted = await left_behind(town.house.storage)
    assert submitted.origin.trace_parent == kept


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Encoding": "br;q=nan, *;q=-1, gzip;q=1e999"},
        {"Accept": "\x01, ;;;"},
        {"Accept": "application/xml"},
        {"Accept-Language": "x" * 5_000},
        {"Cookie": "=;;;\x02=\xff"},
        {"Range": "bytes=5-1,-,x"},
        {"If-None-Match": '"' + "x" * 5_000},
        {"If-Modified-Since": "never"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "1.2.3.4, \xff", "X-Forwarded-Proto": "gopher", "Forwarded": "for=;"},
        {"Content-Length": "9" * 5_000},
        {"Content-Length": "-1"},
        {"Expect": "200-maybe"},
        {"Upgrade": "h2c", "Connection": "upgrade"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_odd_headers_that_mean_nothing_here_are_passed_over(
    town: Town, headers: dict[str, str]
) -> None:
    odd = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    answer = await town.client.get(f"{API}/videos/latest", headers=odd)

    assert answer.status_code == 200
    assert "evil.example" not in answer.text
