"""What a process brings along before it has anything to do."""

import subprocess
import sys

HEAVY = ("onnxruntime", "tokenizers", "huggingface_hub", "scipy")
"""A second and a hundred megabytes and more: they come with the first text or the first training."""


def test_libraries_of_models_are_not_loaded_at_start() -> None:
    program = "import sys, killrvideo.cli.main, killrvideo.bootstrap; print(*sys.modules)"

    started = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(started.stdout.split())
    assert "killrvideo.bootstrap" in loaded
    assert loaded.isdisjoint(HEAVY)
