"""What strangers name is fetched from the public web alone, whatever a name or a redirect says."""

import httpx2
import pytest
from structlog.testing import capture_logs

from killrvideo.adapters.downloads import Downloader
from killrvideo.domain.errors import SourceFailed, UnusableFile
from tests.holding_still import ManualClock
from tests.stand_ins.internet import (
    LARGEST,
    NAMES,
    PICTURE,
    PRIVATE,
    PUBLIC,
    Internet,
    a_file,
    always,
    to,
)


@pytest.mark.parametrize(
    "address",
    [
        "https://inside.example/secret",
        "https://mixed.example/one-of-two-is-private",
        "https://mapped.example/",
        "http://i.ytimg.com/without-tls.jpg",
        "https://i.ytimg.com:8443/",
        "https://i.ytimg.com:22/",
        "https://i.ytimg.com@inside.example/",
        "https://user:password@i.ytimg.com/",
        "ftp://i.ytimg.com/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "gopher://i.ytimg.com/",
        "//i.ytimg.com/",
        "/etc/passwd",
        "https:///etc/passwd",
        "https://",
        "",
        "https://i.ytimg.com:99999/",
        "https://i.ytimg.com\\@inside.example/",
        "https://[::1",
        "https://i.ytimg.com\n.inside.example/",
        f"https://{'a' * 70}.example/",
    ],
)
async def test_nothing_is_asked_at_addresses_that_are_none_of_the_public_web(
    clock: ManualClock, address: str
) -> None:
    names = NAMES | {"mixed.example": [PUBLIC, PRIVATE], "mapped.example": [f"::ffff:{PUBLIC}"]}
    internet = Internet(clock, lambda _: a_file(b"secret"), names)

    with capture_logs() as lines, pytest.raises((UnusableFile, SourceFailed)) as refused:
        await internet.get(address)

    assert internet.asked == []
    assert PRIVATE not in f"{refused.value} {lines}"
    if not isinstance(refused.value, SourceFailed):
        assert refused.value.detail.endswith(".")


LITERALS = """
127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0x7f.1 017700000001 0 0.0.0.0 169.254.169.254
[::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fd00::1]
localhost localhost.
"""


@pytest.mark.parametrize("host", LITERALS.split())
async def test_no_spelling_of_this_machine_gets_through(clock: ManualClock, host: str) -> None:
    """As the system itself understands it."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200)

    downloader = Downloader(clock, transports=lambda: httpx2.MockTransport(answer))

    with pytest.raises((UnusableFile, SourceFailed)):
        await downloader.get(f"https://{host}/", LARGEST)

    assert asked == []


@pytest.mark.parametrize(
    "location",
    [
        "https://inside.example/",
        "http://i.ytimg.com/",
        "//inside.example/",
        "https://i.ytimg.com:8080/",
        "http://base.example:8090/",
        "file:///etc/passwd",
        "https://user@example.org/",
        "https://[::1",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_nowhere_else_than_an_address_would(
    clock: ManualClock, location: str, status: int
) -> None:
    """Not even to a base address: a stranger led there."""
    names = NAMES | {"base.example": [PRIVATE]}
    internet = Internet(clock, to(location, status), names)

    with pytest.raises(UnusableFile):
        await internet.get(PICTURE, exempt=["http://base.example:8090"])

    assert len(internet.asked) == 1


@pytest.mark.parametrize("hops", [1, 3, 4])
async def test_three_redirects_are_followed(clock: ManualClock, hops: int) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        number = int(request.url.params.get("hop", 0))
        if number < hops:
            return httpx2.Response(302, headers={"Location": f"/there?hop={number + 1}"})
        return a_file()

    internet = Internet(clock, answer)

    if hops <= 3:
        assert await internet.get(PICTURE) == b"picture"
    else:
        with pytest.raises(UnusableFile, match="from place to place"):
            await internet.get(PICTURE)
    assert len(internet.asked) == len(internet.looked_up) == min(hops, 3) + 1


async def test_base_addresses_of_the_operator_may_be_private_and_plain(clock: ManualClock) -> None:
    names = NAMES | {"base.example": [PRIVATE]}
    internet = Internet(clock, lambda _: a_file(), names)

    got = await internet.get("http://base.example:8090/a.jpg", exempt=["http://base.example:8090/prefix"])

    assert got == b"picture"
    assert str(internet.asked[0].url) == f"http://{PRIVATE}:8090/a.jpg"
    assert internet.asked[0].headers["Host"] == "base.example:8090"


@pytest.mark.parametrize(
    "address",
    [
        "http://base.example/",
        "http://base.example:8091/",
        "https://base.example:8090/",
        "http://user@base.example:8090/",
        "http://base.example.:8090/",
    ],
)
async def test_only_exactly_that_server_is_exempt(clock: ManualClock, address: str) -> None:
    names = NAMES | {"base.example": [PRIVATE], "base.example.": [PRIVATE]}
    internet = Internet(clock, always(200), names)

    with pytest.raises(UnusableFile):
        await internet.get(address, exempt=["http://base.example:8090"])

    assert internet.asked == []
