"""The server and the worker as processes: they say where they are, and come to an orderly end."""

import json
import re
import signal
import socket
import ssl
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from killrvideo.cli.complaints import CannotServe
from killrvideo.cli.listening import listen_at, web_address
from tests.cli.certificate import write_certificate
from tests.cli.command import Folder

DOCS = r"API docs  (?P<address>\S+)/docs"


def address_in(printed: str) -> str:
    found = re.search(DOCS, printed)
    assert found is not None
    return found["address"]


def get(url: str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(url, timeout=30, context=context) as answer:
        return json.load(answer)


def test_it_serves_where_it_says_until_it_is_told_to_stop(folder: Folder) -> None:
    folder.done("seed", "--no-clips")

    with folder.running("serve", "--port", "0", until=r"└") as (server, printed):
        address = address_in(printed)
        assert f"address   {address}\n" in printed
        assert "│ viewer    │ viewer@killrvideo.example    │ viewer-demo     │" in printed
        assert get(f"{address}/health/ready")["status"] == "ok"
        complaint = folder.refused("serve", "--port", address.rsplit(":")[-1])
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0

    assert complaint.endswith("it is in use; choose another with --port, or stop what uses it.")


def test_what_is_imported_meanwhile_is_served(folder: Folder, tmp_path: Path) -> None:
    with folder.running("serve", "--port", "0", until=DOCS) as (server, printed):
        latest = f"{address_in(printed)}/api/v1/videos/latest"
        assert get(latest)["pagination"]["totalItems"] == 0
        folder.done("seed", "--no-clips")
        assert get(latest)["pagination"]["totalItems"] >= 40
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0


def test_it_serves_https_with_a_certificate(folder: Folder, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificate))
    words = ("serve", "--port", "0", "--tls-cert", certificate, "--tls-key", key, "--no-worker")

    with folder.running(*words, until=DOCS) as (_, printed):
        address = address_in(printed)
        assert address.startswith("https://127.0.0.1:")
        assert get(f"{address}/health/live", trusting)["status"] == "ok"


def test_a_certificate_that_is_none_is_refused(folder: Folder, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    key.write_text("no key")

    complaint = folder.refused("serve", "--port", "0", "--tls-cert", certificate, "--tls-key", key)

    assert complaint.startswith("The TLS certificate and its key cannot be used: ")


def test_the_worker_works_until_it_is_told_to_stop(folder: Folder) -> None:
    with folder.running("worker", until="Working on var") as (worker, _):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0


def test_a_worker_that_would_leave_streams_to_nobody_is_refused(folder: Folder) -> None:
    complaint = folder.refused("worker", heavy_jobs="0")
    assert complaint.startswith("KILLRVIDEO_HEAVY_JOBS is 0")


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotServe, match=f"Cannot listen at port {port} of 127.0.0.1: it is in use"):
            listen_at("127.0.0.1", port)


def test_a_foreign_address_is_named() -> None:
    with pytest.raises(CannotServe, match="this machine does not have that address"):
        listen_at("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "pattern"),
    [("127.0.0.1", r"http://127\.0\.0\.1:[0-9]+"), ("0.0.0.0", r"http://127\.0\.0\.1:[0-9]+")],
)
def test_the_address_is_one_for_a_browser(host: str, pattern: str) -> None:
    with listen_at(host, 0) as bound:
        assert re.fullmatch(pattern, web_address(bound, tls=False))


def test_a_folder_without_a_model_is_refused_by_the_name_of_its_setting(folder: Folder) -> None:
    complaint = folder.refused("serve", "--port", "0", embedding_model="./nowhere")

    assert complaint.startswith("The settings cannot be used:\n  - KILLRVIDEO_EMBEDDING_MODEL: ")
    assert "holds no model: it has no config.json" in complaint
