"""How much memory a process needs to write a big blob and read it again, measured in one of its own."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from killrvideo.adapters.blobs import open_blobs
from tests.builders.blobs import MIB, PATIENCE, pieces

ROOT = Path(__file__).resolve().parents[2]


def peak_growth_mib(address: str, endpoint: str, *, mib: int) -> int:
    """MiB that the peak of its memory grew by; raises AssertionError if it failed."""
    command = [sys.executable, "-m", "tests.builders.streaming", address, endpoint, str(mib)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


async def stream(address: str, endpoint: str, mib: int) -> int:
    blobs = open_blobs(address, PATIENCE, endpoint=endpoint, plain_http=True)
    # What the first blob brings in (threads, a connection, its code) is not counted.
    await blobs.put("small", pieces(1, 100))
    [_ async for _ in (await blobs.read("small")).chunks]
    before = peak_mib()
    await blobs.put("big", pieces(mib, MIB))
    size = 0
    async for chunk in (await blobs.read("big")).chunks:
        size += len(chunk)
    assert size == mib * MIB
    return peak_mib() - before


def peak_mib() -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) // 1024


if __name__ == "__main__":
    where, server, count = sys.argv[1:]
    sys.stdout.write(str(asyncio.run(stream(where, server, int(count)))))
