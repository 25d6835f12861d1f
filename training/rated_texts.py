"""Texts that people have rated from very bad to very good, in the source package of vaderSentiment 3.3.2.

C.J. Hutto and E. Gilbert: VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text.
Eighth International Conference on Weblogs and Social Media, 2014. Tweets, film reviews, product reviews and
editorials, each rated by twenty people from -4 to 4.
"""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evaluations.datasets import Package, package

SOURCE = Package(
    "vaderSentiment",
    "3.3.2",
    "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    is_source=True,
)
ARCHIVE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
DOMAINS = {
    "tweets": "tweets",
    "films": "movieReviewSnippets",
    "products": "amazonReviewSnippets",
    "editorials": "nytEditorialSnippets",
}
CLASSES = ("negative", "neutral", "positive")
POLAR = 0.5
"""Mean ratings from here on count as positive, and from its negative on down as negative."""
HELD_OUT_PERCENT = 30


@dataclass(frozen=True, slots=True)
class RatedText:
    domain: str
    document: str
    """Sentences of one document are never split between training and test."""
    rating: float
    text: str

    @property
    def label(self) -> int:
        """A place in `CLASSES`."""
        return 2 if self.rating >= POLAR else 0 if self.rating <= -POLAR else 1

    @property
    def is_held_out(self) -> bool:
        digest = sha256(f"{self.domain}:{self.document}".encode()).digest()
        return int.from_bytes(digest, "big") % 100 < HELD_OUT_PERCENT


def rated_texts() -> list[RatedText]:
    """All of them, in the order of the files. Raises Absent."""
    return list(_read(package(SOURCE)))


def _read(source: Path) -> Iterator[RatedText]:
    with tarfile.open(source) as outer:
        archive = outer.extractfile(ARCHIVE)
        assert archive is not None  # noqa: S101 - the file's digest was checked
        with tarfile.open(fileobj=io.BytesIO(archive.read())) as inner:
            for domain, name in DOMAINS.items():
                found = inner.extractfile(f"hutto_ICWSM_2014/{name}_GroundTruth.txt")
                assert found is not None  # noqa: S101
                yield from _of_domain(domain, found.read().decode("latin-1"))


def _of_domain(domain: str, lines: str) -> Iterator[RatedText]:
    for line in lines.splitlines():
        number, rating, text = line.split("\t", 2)
        yield RatedText(domain, number.split("_")[0], float(rating), text.strip())
