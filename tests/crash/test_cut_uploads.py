"""Uploads over lines that break: the short version of ``python -m benchmarks.uploads``."""

import hashlib
from pathlib import Path

import httpx2

from benchmarks.uploads.lines import Break, Lines
from benchmarks.uploads.run import PERSON, Plan, run
from benchmarks.uploads.sending import UPLOADS
from tests.crash.processes import serving

SIZES = range(200_000, 2_000_000)
TUS = {"Tus-Resumable": "1.0.0"}


async def signed_in(address: str) -> dict[str, str]:
    """The header of a new account."""
    async with httpx2.AsyncClient(base_url=address) as client:
        registered = await client.post("/api/v1/users/register", json=PERSON)
    return {"Authorization": f"Bearer {registered.json()['token']}"}


async def test_files_arrive_whole_however_often_the_line_breaks(tmp_path: Path) -> None:
    report = await run(Plan(uploads=4, cuts=6, sizes=SIZES, seed=7), tmp_path, {})

    assert report.corrupt == []
    assert report.littered == 0
    assert report.tally.cuts == 24
    assert report.tally.share_above < 0.01


async def test_a_server_that_dies_loses_only_what_did_not_count(tmp_path: Path) -> None:
    data = hashlib.shake_128(b"film").digest(300_000)
    async with serving(tmp_path, workers="off") as (server, address):
        headers, lines = TUS | await signed_in(address), Lines(address)
        created = await lines.ask("POST", UPLOADS, headers | {"Upload-Length": str(len(data))})
        path = created.headers["location"]
        chunk = headers | {"Content-Type": "application/offset+octet-stream"}
        first = await lines.ask("PATCH", path, chunk | {"Upload-Offset": "0"}, data[:100_000])
        assert first.headers["upload-offset"] == "100000"
        begun = chunk | {"Upload-Offset": "100000"}
        await lines.ask_and_break("PATCH", path, begun, data[100_000:], 50_000, Break.SILENT)
        await server.kill()
        lines.close()
    async with serving(tmp_path, workers="off") as (_, address):
        lines = Lines(address)
        offset = int((await lines.ask("HEAD", path, headers)).headers["upload-offset"])
        assert 100_000 <= offset <= 150_000
        last = await lines.ask("PATCH", path, chunk | {"Upload-Offset": str(offset)}, data[offset:])
        assert (last.status, last.headers["upload-offset"]) == (204, str(len(data)))
