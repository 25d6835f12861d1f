"""What learning elsewhere brings back: a model, and how good it and the former one are."""

from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from killrvideo.adapters.learning.parquet.library import load_arrow
from killrvideo.adapters.learning.parquet.lists import ListsWriter, read_lists
from killrvideo.domain.learning import DataSize, Quality
from killrvideo.service_interfaces.learning import (
    Learned,
    LearnedElsewhere,
    LearningRefused,
    Measured,
    NeighbourLists,
)

CARD = "model.json"
SERVED = "served.parquet"
JUDGED = "judged.parquet"


class WrittenCard(BaseModel):
    """Written last: a folder without it is not whole."""

    algorithm: str
    learned_at: AwareDatetime
    size: DataSize
    quality: Quality
    former: Measured | None


def write_model(folder: Path, brought: LearnedElsewhere) -> None:
    """Into a folder that is there. Raises LearningRefused where pyarrow is not installed."""
    _write_lists(folder / SERVED, brought.learned.served)
    _write_lists(folder / JUDGED, brought.learned.judged)
    card = WrittenCard(
        algorithm=brought.learned.algorithm,
        learned_at=brought.learned_at,
        size=brought.size,
        quality=brought.learned.quality,
        former=brought.former,
    )
    (folder / CARD).write_text(card.model_dump_json(indent=2))


def read_model(folder: Path) -> LearnedElsewhere:
    """Raises LearningRefused if the folder holds no model that was written whole."""
    library = load_arrow()
    try:
        card = WrittenCard.model_validate_json((folder / CARD).read_bytes())
    except (OSError, ValidationError) as error:
        raise LearningRefused(f"{folder} holds no model that was written whole.") from error
    served, judged = (read_lists(folder / name, library) for name in (SERVED, JUDGED))
    learned = Learned(card.algorithm, card.quality, served, judged)
    return LearnedElsewhere(learned, card.size, card.learned_at, card.former)


def _write_lists(path: Path, lists: NeighbourLists) -> None:
    with ListsWriter(path, load_arrow()) as file:
        file.write(lists)
