"""An empty folder to run the command in."""

from pathlib import Path

import pytest

from tests.cli.command import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
