"""Writing the CSV layout: what was written is read again, and a folder appears whole or not at all."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.killrvideo_csv import CsvSink, CsvSource, written_folder
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.media import picture_address
from killrvideo.domain.videos import thumbnail_address
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused
from tests.builders.accounts import an_account
from tests.builders.captions import some_captions
from tests.builders.comments import a_comment
from tests.builders.csv_files import entries
from tests.builders.videos import a_video

storable_text = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=60)


@given(st.lists(storable_text.map(str.strip).filter(bool), min_size=1, max_size=8))
def test_whatever_was_written_is_read_again(texts: list[str]) -> None:
    author = an_account(roles=frozenset({Role.ADMIN}), scopes=frozenset({Scope.OPERATE}))
    video = a_video(author, tags=("a, b", 'say "c"', "d'e"), duration_seconds=61)
    comments = [a_comment(video, author, text=text, edited_at=video.submitted_at) for text in texts]

    with TemporaryDirectory() as folder:
        sink = CsvSink(Path(folder))
        sink.accounts([author])
        sink.videos([video])
        sink.comments(comments)
        source = CsvSource(Path(folder), set())

        assert entries(source.accounts()) == [author]
        [read] = entries(source.videos())
        assert (read.tags, read.duration_seconds) == (video.tags, 61)
        assert [comment.text for comment in entries(source.comments())] == texts
        assert [comment.edited_at for comment in entries(source.comments())] == [video.submitted_at] * len(
            texts
        )


def test_no_address_of_our_own_is_written(tmp_path: Path) -> None:
    """Elsewhere nobody serves the picture under it."""
    video = a_video(an_account())
    ours = replace(video, thumbnail_url=picture_address(video.id, "medium.jpg", "a-run"))

    CsvSink(tmp_path).videos([ours])

    [read] = entries(CsvSource(tmp_path, set()).videos())
    assert read.thumbnail_url == thumbnail_address(video.youtube_id or "")
    assert "/api/v1" not in (tmp_path / "videos.csv").read_text()


def test_captions_are_files_beside_their_table(tmp_path: Path) -> None:
    video = a_video(an_account())
    written = [
        some_captions(video, "Rain."),
        some_captions(video, 'Chuva,\n"sim".', language="pt-BR", label="a, b"),
    ]

    CsvSink(tmp_path).captions(written)

    assert entries(CsvSource(tmp_path, set()).captions()) == written
    table = tmp_path / "captions.csv"
    table.write_text(table.read_text().replace("captions-", "../captions-", 1))
    tmp_path.joinpath(f"captions-{video.id}.pt-BR.vtt").unlink()
    bad = [row.reason for row in CsvSource(tmp_path, set()).captions() if isinstance(row, BadRow)]
    assert [reason.split(" ")[0:2] for reason in bad] == [["file", "is"], ["The", "file"]]


def test_a_written_folder_appears_when_everything_is_in_it(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"

    with written_folder(target) as draft:
        draft.joinpath("users.csv").write_text("all of it")
        assert not target.exists()

    assert target.joinpath("users.csv").read_text() == "all of it"
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_empty_folder_may_be_written(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()

    with written_folder(target) as draft:
        draft.joinpath("users.csv").write_text("all of it")

    assert target.joinpath("users.csv").read_text() == "all of it"


def test_a_writing_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail_half_way() -> None:
        with written_folder(tmp_path / "out") as draft:
            draft.joinpath("users.csv").write_text("half of it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("mine")

    for target in (tmp_path, kept):
        with pytest.raises(CatalogueRefused, match="is there already and not empty"), written_folder(target):
            pass
    with pytest.raises(CatalogueRefused, match="cannot be written"), written_folder(kept / "below"):
        pass

    assert kept.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [kept]
