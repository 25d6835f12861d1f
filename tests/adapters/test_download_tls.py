"""A certificate must be for the name that was asked for, though its address is what is connected to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from killrvideo.adapters.downloads import Downloader
from killrvideo.domain.errors import SourceFailed
from tests.holding_still import ManualClock

NAME = "pictures.example"


@dataclass
class TlsServer:
    port: int
    trusted: Path
    """The certificate, which a client must know."""
    names: list[str | None] = field(default_factory=list)
    """What clients said in the handshake that they want to speak to."""
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def tls_server(folder: Path) -> AsyncIterator[TlsServer]:
    trusted, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, key)
    found = TlsServer(0, trusted)
    context.sni_callback = lambda _, name, __: found.names.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\npicture")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        found.port = server.sockets[0].getsockname()[1]
        yield found


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


async def _this_machine(name: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def _got(clock: ManualClock, server: TlsServer, name: str) -> bytes:
    context = ssl.create_default_context(cafile=server.trusted)
    base = f"https://{name}:{server.port}"
    downloader = Downloader(
        clock,
        exempt=[base],
        resolve=_this_machine,
        transports=lambda: httpx2.AsyncHTTPTransport(verify=context, trust_env=False),
    )
    return await downloader.get(f"{base}/picture.jpg", 100)


async def test_the_server_is_asked_for_by_its_name(clock: ManualClock, tmp_path: Path) -> None:
    async with tls_server(tmp_path) as server:
        assert await _got(clock, server, NAME) == b"picture"

    assert server.names == [NAME]
    assert f"Host: {NAME}:{server.port}".encode() in server.requests[0]


async def test_a_certificate_for_another_name_is_no_good(clock: ManualClock, tmp_path: Path) -> None:
    async with tls_server(tmp_path) as server:
        with pytest.raises(SourceFailed, match="cannot be reached"):
            await _got(clock, server, "others.example")

    assert server.requests == []
