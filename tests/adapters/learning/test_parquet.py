"""Folders of Parquet files: what is written is read again, and what is not whole is refused."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from killrvideo.adapters.learning.parquet.lesson import CARD as LESSON
from killrvideo.adapters.learning.parquet.lesson import LessonFolder, deeds_file, read_card, read_former
from killrvideo.adapters.learning.parquet.library import load_arrow
from killrvideo.adapters.learning.parquet.model import CARD as MODEL
from killrvideo.adapters.learning.parquet.model import JUDGED, SERVED, read_model, write_model
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import DataSize, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.service_interfaces.interactions import Deed
from killrvideo.service_interfaces.learning import Learned, LearnedElsewhere, LearningRefused, Measured
from killrvideo.service_interfaces.moving import HoldingKind
from tests.holding_still import START
from tests.optional_libraries import needs_parquet

ONE, OTHER, THIRD = (VideoId(UUID(int=number)) for number in (1, 2, 3))
ANN, FORMER = AccountId(UUID(int=7)), UUID(int=8)
LISTS = {ONE: Neighbours.of({OTHER: 0.1, THIRD: -0.5}), OTHER: Neighbours.of({})}
BROUGHT = LearnedElsewhere(
    Learned("by hand", Quality(0.125, 0.25, 0.5, 9), LISTS, {THIRD: Neighbours.of({ONE: 1.0})}),
    DataSize(30, 20, 100, 10),
    START,
    Measured(FORMER, Quality(0.1, 0.2, 0.3, 9)),
)


def test_without_pyarrow_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for refused in (load_arrow, lambda: LessonFolder(tmp_path), lambda: read_model(tmp_path)):
        with pytest.raises(
            LearningRefused, match=r"pyarrow, which is not installed: `make spark` installs it"
        ):
            refused()


@needs_parquet
async def test_deeds_are_rows_that_any_engine_reads_and_count_on_from_file_to_file(tmp_path: Path) -> None:
    with LessonFolder(tmp_path) as writer:
        await writer.add(HoldingKind.RATINGS, [Deed(ANN, ONE, -0.25, True, 1_000)])
        await writer.add(HoldingKind.VIEWS, [Deed(ANN, ONE, 0.5, False, 2_000)])
        await writer.add(HoldingKind.VIEWS, [Deed(ANN, OTHER, 0.5, False, 3_000)])
        await writer.add_former(LISTS)
        with pytest.raises(LearningRefused, match="written whole"):
            read_card(tmp_path)
        await writer.finish(FORMER)
    parquet: Any = import_module("pyarrow.parquet")
    rows = [
        tuple(row.values())
        for kind in (HoldingKind.RATINGS, HoldingKind.VIEWS)
        for row in parquet.read_table(deeds_file(tmp_path, kind)).to_pylist()
    ]
    assert rows == [
        (str(ANN), str(ONE), -0.25, True, 1_000, 0),
        (str(ANN), str(ONE), 0.5, False, 2_000, 1),
        (str(ANN), str(OTHER), 0.5, False, 3_000, 2),
    ]
    assert read_card(tmp_path).former == FORMER
    assert read_former(tmp_path) == LISTS


@needs_parquet
def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_model(tmp_path, BROUGHT)
    assert read_model(tmp_path) == BROUGHT


@needs_parquet
@pytest.mark.parametrize("name", [MODEL, SERVED, JUDGED])
def test_a_model_of_which_something_is_missing_or_damaged_is_refused(tmp_path: Path, name: str) -> None:
    write_model(tmp_path, BROUGHT)
    (tmp_path / name).write_bytes(b"nonsense")
    with pytest.raises(LearningRefused, match=f"{tmp_path}"):
        read_model(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(LearningRefused, match=f"{tmp_path}"):
        read_model(tmp_path)


@needs_parquet
@pytest.mark.parametrize("row", [{"weights": [float("nan")]}, {"weights": []}, {"neighbour_ids": ["Tango"]}])
def test_lists_with_anything_but_videos_and_numbers_are_refused(tmp_path: Path, row: dict[str, Any]) -> None:
    write_model(tmp_path, BROUGHT)
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    usual = {"video_id": str(ONE), "neighbour_ids": [str(OTHER)], "weights": [1.0]}
    parquet.write_table(arrow.Table.from_pylist([usual | row]), tmp_path / SERVED)
    with pytest.raises(LearningRefused, match="holds no lists of neighbours"):
        read_model(tmp_path)


@needs_parquet
def test_the_card_is_plain_json(tmp_path: Path) -> None:
    write_model(tmp_path, BROUGHT)
    card = json.loads((tmp_path / MODEL).read_bytes())
    assert card["quality"] == {"ndcg": 0.125, "recall": 0.25, "hit_rate": 0.5, "people": 9}
    assert not (tmp_path / LESSON).exists()
