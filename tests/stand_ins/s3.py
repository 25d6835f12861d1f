"""A real S3 server, moto's, in a process of its own: its threads and its warnings are not the tests'.

It answers one request at a time, since moto checks a precondition and acts on it in two steps, which S3 does
in one. It ends with its standard input, so it never outlives the tests.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2

ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "something",
    "AWS_REGION": "us-east-1",
}
"""moto takes any; they are looked at by the signer alone."""


class S3Server:
    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self._process = process

    def new_bucket(self) -> str:
        bucket = f"bucket-{uuid4()}"
        httpx2.put(f"{self.address}/{bucket}").raise_for_status()
        return bucket

    def unfinished_uploads(self, bucket: str) -> int:
        """Multipart uploads that were begun and neither completed nor aborted."""
        return httpx2.get(f"{self.address}/{bucket}?uploads").raise_for_status().text.count("<Upload>")

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._process.communicate()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.stand_ins.s3"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "moto's server did not start"
        server = S3Server(f"http://127.0.0.1:{port}", process)
        try:
            yield server
        finally:
            server.stop()


def main() -> None:
    # moto and werkzeug are needed in this process alone, and importing them takes a while.
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
