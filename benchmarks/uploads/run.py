"""Many uploads side by side, and what is kept of them in the end."""

import asyncio
import hashlib
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks.uploads.lines import Lines
from benchmarks.uploads.sending import Sender, Tally
from benchmarks.uploads.server import mortal_server
from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.ids import UploadId, VideoId

SIDE_BY_SIDE = 5
PERSON = {"firstName": "Cut", "lastName": "Off", "email": "cut@bench.example", "password": "bench-pass"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    uploads: int
    cuts: int
    """Of each."""
    sizes: range
    """Bytes of a file."""
    seed: int
    kills: bool = False
    """Whether the server dies now and then."""


@dataclass(slots=True)
class Report:
    tally: Tally = field(default_factory=Tally)
    corrupt: list[str] = field(default_factory=list)
    """Ids of files that are not what was sent, or are no videos."""
    littered: int = 0
    """Blobs that no upload names; only a server that died may leave any."""
    deaths: int = 0


async def run(plan: Plan, folder: Path, environment: Mapping[str, str]) -> Report:
    """Raises RuntimeError for an answer that should not be."""
    settings = {
        "KILLRVIDEO_DATA_DIR": str(folder),
        "KILLRVIDEO_RATE_LIMITS": "off",
        "KILLRVIDEO_WORKERS": "off",
        "KILLRVIDEO_LOG_LEVEL": "warning",
        "KILLRVIDEO_UPLOADS_AT_ONCE": "1000",
        **environment,
    }
    chance, report = Random(plan.seed), Report()
    async with mortal_server(settings, folder / "server.log", chance, dies=plan.kills) as server:
        digests = await _send_all(
            plan, server.address, await asyncio.to_thread(_token, server.address), report
        )
        report.deaths = server.deaths
    arguments = {name.removeprefix("KILLRVIDEO_").lower(): value for name, value in settings.items()}
    house = build(load_settings(arguments, env_file=None))
    async with house.opened(workers=False):
        await check(house, digests, report)
    return report


async def _send_all(plan: Plan, address: str, token: str, report: Report) -> dict[str, str]:
    """The digest of each file, by the upload's id."""
    digests: dict[str, str] = {}
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def send(number: int) -> None:
        chance = Random(f"{plan.seed} {number}")
        async with places:
            data, lines = chance.randbytes(chance.choice(plan.sizes)), Lines(address)
            sender = Sender(lines, token, data, plan.cuts, chance)
            report.tally += await sender.send()
            digests[sender.upload_id] = hashlib.sha256(data).hexdigest()
            lines.close()

    async with asyncio.TaskGroup() as group:
        for number in range(plan.uploads):
            group.create_task(send(number))
    return digests


async def check(house: House, digests: Mapping[str, str], report: Report) -> None:
    """Each file is kept as it was sent, and is a video."""
    named: set[str] = set()
    for upload_id, digest in digests.items():
        kept = hashlib.sha256()
        for part in await house.storage.uploads.parts(UploadId(UUID(upload_id))):
            named.add(part.key)
            async for data in (await house.foundations.blobs.read(part.key)).chunks:
                kept.update(data)
        video = await house.storage.videos.get(VideoId(UUID(upload_id)))
        if kept.hexdigest() != digest or video is None:
            report.corrupt.append(upload_id)
    after: str | None = None
    while page := await house.foundations.blobs.list("uploads", after=after):
        report.littered += sum(blob.key not in named for blob in page)
        after = page[-1].key


def _token(address: str) -> str:
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{address}/api/v1/users/register",
        data=json.dumps(PERSON).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return str(json.load(answer)["token"])
