"""migrate, seed, import, export and embed as an operator types them."""

import re
from pathlib import Path

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from tests.cli.command import Folder
from tests.holding_still import CountingIds, ManualClock

ADA = "7777b733-a6b8-47e7-83ad-bc2739ae9954"
RAIN = "79577345-9470-41e2-93d1-311b10a1f8ae"
USERS = f"userid,created_date,email,firstname,lastname\n{ADA},2025-04-29,ada@example.org,Ada,Lovelace\n"
VIDEOS = (
    "videoid,added_date,location,name,userid,views\n"
    f"{RAIN},2025-08-28,https://youtu.be/L7V_woT8mbQ,An hour of rain,{ADA},238\n"
    f"rain,2025-08-28,https://youtu.be/L7V_woT8mbQ,An hour of rain,{ADA},238\n"
)
BAD_ROW = "videos.csv:3: videoid is not a UUID: 'rain'."


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """One account and one video, and a row that is no video."""
    path = tmp_path / "catalogue"
    path.mkdir()
    path.joinpath("users.csv").write_text(USERS)
    path.joinpath("videos.csv").write_text(VIDEOS)
    return path


def row_of(printed: str, kind: str) -> list[int]:
    """The numbers of one row of the table: added, already there, left out."""
    [line] = [line for line in printed.splitlines() if line.startswith(f"│ {kind}")]
    return [int(cell) for cell in line.split("│")[2:5]]


def test_a_catalogue_comes_in_once_and_goes_out_again(folder: Folder, catalogue: Path) -> None:
    first, again = folder.run("import", catalogue), folder.run("import", catalogue)

    assert (first.returncode, first.stderr) == (0, f"{BAD_ROW}\n")
    assert row_of(first.stdout, "accounts") == [1, 0, 0]
    assert row_of(first.stdout, "videos") == [1, 0, 1]
    assert (again.returncode, again.stderr) == (0, f"{BAD_ROW}\n")
    assert row_of(again.stdout, "accounts") == [0, 1, 0]
    assert row_of(again.stdout, "videos") == [0, 1, 1]

    assert (
        folder.done("export", "out")
        == "Wrote 1 accounts, 1 videos, 0 comments, 0 ratings, 0 captions to out.\n"
    )
    assert folder.refused("export", "out") == "out is there already and not empty; name a new folder."
    assert row_of(folder.done("import", "out", "--data-dir", "other"), "videos") == [1, 0, 0]


def test_captions_come_in_from_a_folder(folder: Folder, catalogue: Path, tmp_path: Path) -> None:
    folder.run("import", catalogue)
    captions = tmp_path / "captions"
    captions.mkdir()
    assert "no file that ends in .vtt" in folder.refused("import-captions", captions)
    captions.joinpath(f"{RAIN}.en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nIt rains.\n")
    captions.joinpath(f"{RAIN}.pt-br.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nChove.\n")
    captions.joinpath(f"{ADA}.en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nWho?\n")
    captions.joinpath("rain.en.vtt").write_text("WEBVTT\n")

    first = folder.run("import-captions", captions)
    assert row_of(first.stdout, "captions") == [2, 0, 2]
    assert f"{ADA}.en.vtt:1: There is no video {ADA}." in first.stderr
    assert "rain.en.vtt:1: The file is not called after a video" in first.stderr
    assert row_of(folder.run("import-captions", captions).stdout, "captions") == [0, 2, 2]

    assert "2 captions to out" in folder.done("export", "out")
    assert row_of(folder.done("import", "out", "--data-dir", "other"), "captions") == [2, 0, 0]


def test_what_came_in_is_embedded_once(folder: Folder, catalogue: Path) -> None:
    folder.run("import", catalogue)

    first, again = folder.done("embed"), folder.done("embed")

    model = re.fullmatch(r"Embedded 1 videos\. Searches answer from (\S+)\.\n", first)
    assert model is not None
    assert again == f"Embedded 0 videos. Searches answer from {model[1]}.\n"
    off = folder.refused("embed", "--data-dir", "other", embedding_model="off")
    assert "switched off" in off


def test_a_strict_import_ends_with_1_if_a_row_was_left_out(folder: Folder, catalogue: Path) -> None:
    ended = folder.run("import", "--strict", catalogue)

    assert (ended.returncode, ended.stderr) == (1, f"{BAD_ROW}\n")
    assert row_of(ended.stdout, "videos") == [1, 0, 1]


async def test_imported_accounts_have_the_roles_of_new_ones(
    folder: Folder, catalogue: Path, clock: ManualClock, ids: CountingIds
) -> None:
    folder.run("import", catalogue, "--data-dir", "elsewhere", registration_roles="viewer")

    storage = SqliteStorage(folder.path / "elsewhere" / "killrvideo.db", clock, ids)
    await storage.open()
    [account] = await storage.accounts.all()
    await storage.close()
    assert account.roles == {"viewer"}
    assert not folder.path.joinpath("var").exists()


def test_on_a_terminal_an_import_shows_how_far_it_is(folder: Folder, catalogue: Path) -> None:
    printed = folder.on_terminal("import", catalogue)

    assert re.search(r"accounts .*━.* 1/1 ", printed)
    assert re.search(r"videos .*━.* 2/2 ", printed)


def test_an_import_of_what_is_no_catalogue_is_refused(folder: Folder) -> None:
    assert folder.refused("import", "nowhere") == "nowhere is not a folder."


def test_the_demo_is_loaded_once_and_shows_its_accounts(folder: Folder) -> None:
    first = folder.done("seed", "--demo", "--no-clips")
    again = folder.done("seed", "--no-clips")

    assert row_of(first, "videos")[0] >= 40
    assert "already" not in first.split("Demo accounts")[1]
    assert again.startswith("The demo catalogue is loaded already.\n")
    for printed in (first, again):
        assert "│ admin     │ admin@killrvideo.example     │ admin-demo-pass │" in printed


def test_demo_accounts_are_not_for_production(folder: Folder) -> None:
    key = "first:" + "k3yQx9Zr7Wm2Tb8Vn5Jc1Lf6Hd4Gs0Pa"

    complaint = folder.refused("seed", environment="production", signing_keys=key, durability="full")

    assert complaint == "Everybody knows the passwords of the demo accounts: not in production."


def test_settings_come_from_a_file_in_the_working_directory_too(folder: Folder) -> None:
    folder.path.joinpath(".env").write_text("KILLRVIDEO_DATA_DIR=kept/here\n")

    assert folder.done("migrate") == "The store in kept/here is up to date.\n"
    assert folder.path.joinpath("kept", "here", "killrvideo.db").is_file()


def test_settings_that_cannot_be_used_are_named(folder: Folder) -> None:
    complaint = folder.refused("migrate", port="eighty", durability="maximal")

    assert complaint.startswith("The settings cannot be used:\n")
    assert "  - KILLRVIDEO_PORT: " in complaint
    assert "  - KILLRVIDEO_DURABILITY: " in complaint


def test_a_store_that_is_none_is_refused(folder: Folder) -> None:
    folder.path.joinpath("var").mkdir()
    folder.path.joinpath("var", "killrvideo.db").write_text("no database, but long enough to look at" * 100)

    assert folder.refused("migrate") == "The store's file is not a SQLite database."
    assert "Traceback" in folder.run("--debug", "migrate").stderr
