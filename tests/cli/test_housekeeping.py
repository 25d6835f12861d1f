"""sweep as an operator types it."""

import os

from tests.builders.ids import IDS
from tests.cli.command import Folder

LONG_AGO = 1_700_000_000


def test_what_lies_about_is_shown_first_and_removed_when_told_to(folder: Folder) -> None:
    assert "There is nothing to remove." in folder.done("sweep", "--yes")
    stray = folder.path / "var" / "media" / "uploads" / str(IDS.new()) / "000000000000000-0123"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x" * 1_500_000)
    assert "There is nothing to remove." in folder.done("sweep", "--yes")
    os.utime(stray, (LONG_AGO, LONG_AGO))

    shown = folder.done("sweep")
    assert ["pieces", "of", "no", "upload", "1", "1.5"] in [line.split() for line in shown.splitlines()]
    assert "Nothing was removed; killrvideo sweep --yes removes it." in shown
    assert stray.exists()
    assert "All of it is removed." in folder.done("sweep", "--yes")
    assert not stray.exists()


def test_files_that_nobody_has_marked_are_removed_once_they_are_adopted(folder: Folder) -> None:
    left = folder.path / "var" / "media" / "videos" / str(IDS.new()) / "r1" / "720p.m3u8"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    os.utime(left, (LONG_AGO, LONG_AGO))

    assert "killrvideo sweep --yes removes it." in folder.done("sweep")
    assert "If they are nobody else's, killrvideo sweep --adopt says so." in folder.refused("sweep", "--yes")
    assert left.exists()
    assert "All of it is removed." in folder.done("sweep", "--yes", "--adopt")
    assert not left.exists()
