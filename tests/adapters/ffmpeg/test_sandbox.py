"""Tools that misbehave, and what becomes of them."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from killrvideo.adapters.ffmpeg.failures import refusal
from killrvideo.adapters.ffmpeg.sandbox import LINE_LONGEST, LINES_KEPT, Allowance, Finished, Sandbox
from killrvideo.domain.errors import DiskFull, ToolFailed, UnusableFile

MEGABYTE = 1024**2
PLENTY = Allowance(seconds=60, processor_seconds=60)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has these limits.")
PARENT = """
import asyncio, sys
from killrvideo.adapters.ffmpeg.sandbox import Allowance, Sandbox
code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
def take(data):
    sys.stdout.write(data.decode())
    sys.stdout.flush()
allowance = Allowance(seconds=600, processor_seconds=60)
asyncio.run(Sandbox().run([sys.executable, "-c", code], allowance, take))
"""


def ignore(_: bytes) -> None:
    """Nobody asked for it."""


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


async def run(code: str, allowance: Allowance = PLENTY, take: Callable[[bytes], None] = ignore) -> Finished:
    return await Sandbox(niceness=3).run(python(code), allowance, take)


async def said(code: str) -> str:
    data: list[bytes] = []
    finished = await run(code, take=data.append)
    assert finished == Finished(0, "")
    return b"".join(data).decode().strip()


async def test_a_tool_says_what_it_has_to_say_and_how_it_ended() -> None:
    data: list[bytes] = []

    finished = await run(
        "import sys; print('x' * 200_000); print('oh', file=sys.stderr); sys.exit(3)", take=data.append
    )

    assert len(b"".join(data)) == 200_001
    assert finished == Finished(3, "oh")


async def test_nothing_of_ours_reaches_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KILLRVIDEO_SECRET", "hush")

    told = await said(
        "import os, sys; print('KILLRVIDEO_SECRET' in os.environ, 'HOME' in os.environ, sys.stdin.read())"
    )

    assert told == "False False"


async def test_a_tool_gives_way_and_leads_a_group_of_its_own() -> None:
    mine = os.nice(0)

    told = await said("import os; print(os.nice(0), os.getsid(0) == os.getpid())")

    assert told == f"{min(19, mine + 3)} True"


async def test_a_tool_out_of_time_is_ended() -> None:
    finished = await run("import time; time.sleep(600)", Allowance(seconds=0.2, processor_seconds=60))

    assert finished.out_of_time
    assert isinstance(refusal("test", finished), ToolFailed)


@LINUX
async def test_a_tool_that_computes_too_long_is_ended() -> None:
    finished = await run("while True: pass", Allowance(seconds=60, processor_seconds=1))

    assert finished.code in {-signal.SIGXCPU, -signal.SIGKILL}
    assert not finished.out_of_time


@LINUX
async def test_a_tool_gets_no_more_memory_than_it_may_have() -> None:
    finished = await run(
        "bytes(900 * 1024**2)", Allowance(seconds=60, processor_seconds=60, memory=500 * MEGABYTE)
    )

    assert finished.code == 1
    assert "MemoryError" in finished.complaint
    assert isinstance(refusal("test", finished), ToolFailed)


async def test_a_tool_writes_no_larger_files_than_it_may(tmp_path: Path) -> None:
    file = tmp_path / "large"

    finished = await run(
        f"open({str(file)!r}, 'wb').write(bytes(9 * 1024**2))",
        Allowance(seconds=60, processor_seconds=60, file_bytes=MEGABYTE),
    )

    assert finished.code == 1
    assert file.stat().st_size <= MEGABYTE


async def test_of_long_complaints_the_end_is_kept() -> None:
    code = (
        "import sys\nfor n in range(9999): sys.stderr.write(f'line {n}\\n')\nsys.stderr.write('x' * 99_999)"
    )
    finished = await run(code)

    lines = finished.complaint.splitlines()
    assert len(lines) <= LINES_KEPT + 1
    assert lines[-2] == "line 9998"
    assert len(lines[-1]) <= LINE_LONGEST


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
async def test_a_tool_that_crashes_does_not_say_that_the_file_is_damaged(how: signal.Signals) -> None:
    """Even if it complained before: another try is made, and the owner reads whose fault it was."""
    crash = f"os.kill(os.getpid(), {int(how)})"
    finished = await run(f"import os, sys; sys.stderr.write('Error while decoding stream'); {crash}")

    refused = refusal("test", finished)
    assert isinstance(refused, ToolFailed)
    assert "crashed" in refused.detail


@pytest.mark.parametrize(
    ("complaint", "kind"),
    [
        ("av_interleaved_write_frame(): No space left on device", DiskFull),
        ("/srv/media/film.mp4: Invalid data found when processing input", UnusableFile),
        ("Error while decoding stream #0:0: Cannot allocate memory", ToolFailed),
        ("get_buffer() failed\nDecoding error: Invalid data found when processing input", ToolFailed),
        ("something that nobody has seen yet at /srv/media", ToolFailed),
    ],
)
def test_what_a_tool_complains_of_is_not_what_the_owner_reads(complaint: str, kind: type[Exception]) -> None:
    refused = refusal("test", Finished(1, complaint))

    assert isinstance(refused, kind)
    assert "/srv" not in refused.detail


@LINUX
async def test_a_cancelled_call_leaves_no_process_behind() -> None:
    """Neither the tool nor what it has started."""
    pids: asyncio.Queue[int] = asyncio.Queue()

    def take(data: bytes) -> None:
        for pid in data.split():
            pids.put_nowait(int(pid))

    code = "import os, time; os.fork(); os.write(1, b'%d ' % os.getpid()); time.sleep(600)"
    call = asyncio.create_task(run(code, take=take))
    watched = [os.pidfd_open(await pids.get()) for _ in range(2)]

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert all(_has_ended(one) for one in watched)


@LINUX
def test_what_a_killed_worker_has_started_ends_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        tool = os.pidfd_open(int(worker.stdout.readline()))
        worker.kill()

        assert _has_ended(tool)


def _has_ended(process: int) -> bool:
    """Waits for it, for a while."""
    ended, _, _ = select.select([process], [], [], 30)
    os.close(process)
    return bool(ended)
