"""The tour of the README, run as it stands there against a demo of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import PATIENCE, Folder
from tests.stand_ins.youtube import youtube_stand_in

README = Path(__file__).parents[2] / "README.md"
TOUR = re.compile(r"<!-- tour -->\n```sh\n(.*?)```", re.DOTALL)
TOOLS = ("bash", "curl")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]


def tour(api: str) -> str:
    """The block after the mark, with the address of this server in place of the usual one."""
    found = TOUR.search(README.read_text("utf-8"))
    assert found, "README.md has no tour"
    script, replaced = re.subn(r"^API=.*$", f"API={api}", found[1], flags=re.MULTILINE)
    assert replaced == 1
    return script


def run(script: str) -> str:
    """What bash prints, with this Python and without a proxy on the way to loopback."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "PATH": path, "NO_PROXY": "*", "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def documents(printed: str) -> list[Any]:
    """JSON documents that follow each other."""
    read, decoder = [], json.JSONDecoder()
    while printed := printed.lstrip():
        document, end = decoder.raw_decode(printed)
        read.append(document)
        printed = printed[end:]
    return read


@pytest.mark.skipif(bool(MISSING), reason=f"the tour needs {' and '.join(MISSING)}")
def test_every_command_of_the_tour_works(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.done("seed", "--demo", "--no-clips")
    # Searches answer by words until workers have embedded all: on a busy machine not twice the same.
    folder.done("embed")
    with ExitStack() as stack:
        youtube = stack.enter_context(youtube_stand_in())
        options = {"youtube_base_url": youtube.base_url, "search_meaning_seconds": "60"}
        serving = folder.running("serve", "--port", "0", until="address", **options)
        _, printed = stack.enter_context(serving)
        found = re.search(r"http://\S+", printed)
        assert found
        script = tour(f"{found[0]}/api/v1")
        answers = documents(run(script))

    shown = [line for line in script.splitlines() if line.startswith("curl") and not line.endswith('/view"')]
    assert len(answers) == len(shown)
    *good, refusal = answers
    assert not [answer for answer in good if "code" in answer]
    assert (refusal["status"], refusal["code"]) == (401, "not_signed_in")
    latest, search, answered, video, rating, comment, for_you, submitted = good
    assert len(latest["data"]) == len(search["data"]) == len(for_you["data"]) == 3
    sentence = answered["sentences"][0]
    assert "one hundred megabytes" in sentence["text"]
    assert sentence["text"] in answered["passages"][sentence["citations"][0]]["text"]
    assert video["videoId"] == search["data"][0]["videoId"] == rating["videoid"] == comment["videoid"]
    assert video["views"] == search["data"][0]["views"] + 1
    assert (rating["rating"], comment["sentiment"]) == (5, "positive")
    assert submitted["status"] in {"PENDING", "PROCESSING", "READY"}
