"""Scenes to begin with, each made once and copied for whoever writes."""

import asyncio
import shutil
from pathlib import Path

import pytest

from killrvideo.adapters.clock import SystemClock
from tests.crash.place import found


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As of the instant at which the clocks of tests start."""
    folder = tmp_path_factory.mktemp("scene") / "before"
    asyncio.run(found(folder))
    return folder


@pytest.fixture(scope="session")
def present_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As of now: for real processes, whose clock is the system's."""
    folder = tmp_path_factory.mktemp("scene") / "now"
    asyncio.run(found(folder, SystemClock().now()))
    return folder


@pytest.fixture
def folder(scene: Path, tmp_path: Path) -> Path:
    """A place for houses of the test's own process."""
    return shutil.copytree(scene, tmp_path / "place")


@pytest.fixture
def present_folder(present_scene: Path, tmp_path: Path) -> Path:
    """A place for real processes."""
    return shutil.copytree(present_scene, tmp_path / "place")
