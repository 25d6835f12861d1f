"""Both back ends; and stores of blobs: a folder, memory, and a bucket of a real S3 server."""

from pathlib import Path

import pytest
from obstore.store import MemoryStore

from killrvideo.adapters.blobs import ObjectBlobs, open_blobs
from killrvideo.service_interfaces.blobs import BlobStore
from tests.backends import CASSANDRA, SQLITE
from tests.builders.blobs import PATIENCE
from tests.stand_ins.s3 import CREDENTIALS, S3Server


@pytest.fixture(params=[SQLITE, CASSANDRA])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3.new_bucket()


@pytest.fixture
def remote(s3: S3Server, bucket: str) -> BlobStore:
    return open_blobs(f"s3://{bucket}/some/where", PATIENCE, endpoint=s3.address, plain_http=True)


@pytest.fixture
def local(tmp_path: Path) -> BlobStore:
    return open_blobs(tmp_path.joinpath("kept").as_uri(), PATIENCE)


@pytest.fixture(params=["folder", "memory", "s3"])
def blobs(request: pytest.FixtureRequest) -> BlobStore:
    match request.param:
        case "folder":
            store: BlobStore = request.getfixturevalue("local")
        case "s3":
            store = request.getfixturevalue("remote")
        case _:
            store = ObjectBlobs(MemoryStore(), PATIENCE)
    return store
