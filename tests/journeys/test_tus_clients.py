"""Clients that others wrote upload files to a real server, over a socket: what arrives is what was sent."""

import asyncio
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from benchmarks.uploads.run import PERSON, Report, check
from benchmarks.uploads.sending import UPLOADS
from killrvideo.bootstrap import build, load_settings
from killrvideo.domain.upload_limits import CHECKED_MOST
from tests.crash.processes import serving

HERE = Path(__file__).parent / "tus"
INSTALLED = Path(__file__).resolve().parents[2] / "build" / "tus-js-client"
DATA = hashlib.shake_128(b"a film").digest(1_000_003)
README = Path(__file__).resolve().parents[2] / "README.md"
CURL = ("bash", "curl", "base64", "awk", "tr", "wc")
WAYS = (
    "in chunks",
    "in one chunk",
    "with its creation",
    "with a length that is told last",
    "in parallel",
    "after a pause",
)


@pytest.fixture(scope="session")
def client_js() -> Path:
    """Where the client of the lock file is installed; skips the test where it cannot be."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the official client of tus needs node and npm, which are not installed")
    lock = (HERE / "package-lock.json").read_text("utf-8")
    done = INSTALLED / "installed-lock.json"
    if not done.exists() or done.read_text("utf-8") != lock:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        ended = subprocess.run(command, check=False, cwd=INSTALLED, capture_output=True, text=True)
        if ended.returncode:
            pytest.skip(f"npm could not install the official client of tus: {ended.stderr.strip()[-200:]}")
        done.write_text(lock, "utf-8")
    return INSTALLED


@dataclass(frozen=True)
class Site:
    folder: Path
    address: str
    token: str

    @property
    def endpoint(self) -> str:
        return self.address + UPLOADS

    @property
    def file(self) -> Path:
        path = self.folder / "film.mp4"
        path.write_bytes(DATA)
        return path

    async def has_whole(self, url: str) -> bool:
        """Whether the file is kept as it was sent, and is a video."""
        report, upload_id = Report(), url.rpartition("/")[2]
        house = build(load_settings({"data_dir": self.folder, "workers": False}, env_file=None))
        async with house.opened(workers=False):
            await check(house, {upload_id: hashlib.sha256(DATA).hexdigest()}, report)
        return not report.corrupt


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serving(tmp_path, workers="off") as (_, address):
        async with httpx2.AsyncClient(base_url=address) as client:
            registered = await client.post("/api/v1/users/register", json=PERSON)
        yield Site(tmp_path, address, registered.json()["token"])


@pytest.mark.parametrize("way", WAYS)
async def test_the_official_client_uploads(site: Site, client_js: Path, way: str) -> None:
    asked = {
        "modules": str(client_js / "package.json"),
        "endpoint": site.endpoint,
        "token": site.token,
        "path": str(site.file),
        "way": way,
    }
    command = ["node", str(HERE / "client.cjs"), json.dumps(asked)]
    ended = await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert await site.has_whole(ended.stdout.strip())


@pytest.mark.parametrize("checked", [True, False])
async def test_the_python_client_uploads_and_goes_on_after_a_pause(site: Site, checked: bool) -> None:
    def send() -> str:
        client = TusClient(site.endpoint, headers={"Authorization": f"Bearer {site.token}"})
        # Files that it opens itself it leaves open.
        with site.file.open("rb") as file:
            told = {"file_stream": file, "upload_checksum": checked}
            first = client.uploader(chunk_size=150_000, metadata={"filename": "film.mp4"}, **told)
            first.upload(stop_at=450_000)
            second = client.uploader(chunk_size=300_000, url=first.url, **told)
            assert second.offset == 450_000
            second.upload()
        return str(first.url)

    assert await site.has_whole(await asyncio.to_thread(send))


async def test_the_python_client_learns_that_its_chunk_is_too_long_for_a_checksum(site: Site) -> None:
    def send() -> str:
        client = TusClient(site.endpoint, headers={"Authorization": f"Bearer {site.token}"})
        file = io.BytesIO(bytes(CHECKED_MOST + 1))
        uploader = client.uploader(file_stream=file, upload_checksum=True, metadata={"filename": "film.mp4"})
        with pytest.raises(TusCommunicationError) as refused:
            uploader.upload()
        assert refused.value.status_code == 413
        return str(refused.value.response_content)

    assert "send smaller chunks, of 16,777,216 bytes for example" in await asyncio.to_thread(send)


@pytest.mark.skipif(not all(map(shutil.which, CURL)), reason=f"the README's lines need {', '.join(CURL)}")
async def test_the_lines_of_the_readme_upload(site: Site) -> None:
    found = re.search(r"<!-- upload -->\n```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert found, "README.md says nothing of uploads"
    known = f"API={site.address}/api/v1\nCREATOR={site.token}\n"
    command = ["bash", "-euo", "pipefail", "-c", known + found[1]]
    ended = await asyncio.to_thread(
        subprocess.run, command, check=False, cwd=site.file.parent, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    status = json.loads(ended.stdout)
    assert status["status"] == "PENDING"
    assert await site.has_whole(status["videoId"])
