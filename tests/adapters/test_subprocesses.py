"""Programs that run beside the server end with whoever asked for them."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from killrvideo.adapters.subprocesses import running

ECHO = "import sys; print(sys.stdin.read().upper(), flush=True); print('tired', file=sys.stderr)"
CHILD = "import time; held = open({!r}, 'w'); print('here', flush=True); time.sleep(1000)"
FAMILY = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}])"


async def test_it_is_told_and_answers_and_complains() -> None:
    async with running(sys.executable, "-c", ECHO) as started:
        await started.tell_all(b"hear me")
        assert await started.output.read() == b"HEAR ME\n"
        assert await started.process.wait() == 0
        assert started.complaints() == "tired"


async def test_it_and_all_that_it_started_end_when_the_call_is_cancelled(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    # Comes to an end when nobody holds it any more.
    reading = asyncio.create_task(asyncio.to_thread(held.read_text))
    begun = asyncio.Event()

    async def call() -> None:
        async with running(sys.executable, "-c", FAMILY.format(CHILD.format(str(held)))) as started:
            assert await started.output.readline() == b"here\n"
            begun.set()
            await started.output.read()

    calling = asyncio.create_task(call())
    await begun.wait()
    calling.cancel()
    with suppress(asyncio.CancelledError):
        await calling
    assert await reading == ""


async def test_telling_one_that_has_ended_does_no_harm() -> None:
    async with running(sys.executable, "-c", "") as started:
        await started.process.wait()
        for _ in range(3):
            await started.tell(b"anybody there?\n" * 10_000)
        assert await started.output.read() == b""


async def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        async with running("no-such-program-anywhere"):
            pass
