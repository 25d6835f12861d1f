"""MovieLens 100K, as one package carries it: who rated which film how, and when."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from evaluations.datasets import Package, package
from killrvideo.domain.diversity import Kind
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import STRENGTH_OF_STARS, Interaction

SOURCE = "MovieLens 100K (GroupLens), from the package recbole 1.2.1"
CARRIED_BY = Package("recbole", "1.2.1", "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407")
FOLDER = "recbole/dataset_example/ml-100k"


@dataclass(frozen=True, slots=True)
class MovieLens:
    ratings: Sequence[Interaction]
    """In the order of the file, which is none."""
    kinds: dict[VideoId, Kind]
    """Genres stand for tags; nobody has made two films here."""


def movielens() -> MovieLens:
    """Raises Absent."""
    with zipfile.ZipFile(package(CARRIED_BY)) as wheel:
        ratings = _rows(wheel.read(f"{FOLDER}/ml-100k.inter").decode())
        films = _rows(wheel.read(f"{FOLDER}/ml-100k.item").decode("utf-8", "replace"))
        return MovieLens(
            [_interaction(*row) for row in ratings],
            {_film(row[0]): Kind(frozenset(row[3].split()), None) for row in films},
        )


def _rows(text: str) -> Iterator[list[str]]:
    _header, *lines = text.splitlines()
    return (line.split("\t") for line in lines)


def _interaction(person: str, film: str, stars: str, seconds: str) -> Interaction:
    strength = STRENGTH_OF_STARS[int(float(stars))]
    return Interaction(AccountId(UUID(int=int(person))), _film(film), strength, int(float(seconds)) * 1000)


def _film(number: str) -> VideoId:
    return VideoId(UUID(int=int(number)))
