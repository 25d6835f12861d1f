"""Questions to the storage-attached index: which videos have all of some terms, and pass the filters."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.search.terms import tag_term
from killrvideo.domain.ids import VideoId
from killrvideo.domain.ranking import Candidate
from killrvideo.domain.search import SearchFilter

FIRST_TOKEN = -(2**63)
TOKENS = 2**64

Condition = tuple[str, str, Value]
"""A condition of CQL, the name of its marker, and the value."""


@dataclass(frozen=True, slots=True)
class Answer:
    candidates: Sequence[Candidate]
    is_cut: bool
    """Whether there may be more."""
    videos: float
    """How many there are; an estimate where the answer is cut."""


class Questions:
    """What all questions of one search have in common."""

    def __init__(self, session: CassandraSession, stems: Sequence[str], chosen: SearchFilter) -> None:
        self._session = session
        self._stems = stems
        self._tags = tuple(dict.fromkeys(map(tag_term, chosen.tags)))
        self._conditions = tuple(conditions(chosen))

    async def having(self, terms: Sequence[str], most: int, beginning: str | None = None) -> Answer:
        """Videos that have all the terms, and a word that begins so, in no useful order."""
        wanted = dict(numbered("t", (*terms, *self._tags)))
        weighed = dict(numbered("w", self._stems))
        conditions = [f"terms CONTAINS :{name}" for name in wanted]
        conditions += [condition for condition, _, _ in self._conditions]
        values = {name: value for _, name, value in self._conditions}
        if beginning is not None:
            conditions.append("beginnings CONTAINS :beginning")
            values["beginning"] = beginning
        cql = (
            "SELECT video_id, token(video_id) AS place, submitted_at, length, "  # noqa: S608 - names only
            f"{', '.join(f'weights[:{name}] AS {name}' for name in weighed)} "
            f"FROM search_index WHERE {' AND '.join(conditions)} LIMIT :most"
        )
        rows = await self._session.rows(cql, {**wanted, **weighed, **values, "most": most})
        return _answer(rows, len(self._stems), most)

    async def having_each(self, terms: Sequence[str], most: int) -> Sequence[Answer]:
        """For each of the terms the videos that have it."""
        return await asyncio.gather(*(self.having((term,), most) for term in terms))


def numbered(prefix: str, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each value under a name. The last is repeated: the fewer statements, the fewer are to be prepared."""
    room = 1 << (len(values) - 1).bit_length() if values else 0
    for number in range(room):
        yield f"{prefix}{number}", values[min(number, len(values) - 1)]


def conditions(chosen: SearchFilter) -> Iterator[Condition]:
    """What the filter asks, its tags aside."""
    given: tuple[Condition, ...] = (
        ("category = :category", "category", chosen.category),
        ("language = :language", "language", chosen.language),
        ("uploader_id = :uploader_id", "uploader_id", chosen.uploader_id),
        ("average >= :average", "average", chosen.minimum_rating),
        ("submitted_at >= :since", "since", chosen.submitted_from),
        ("submitted_at < :until", "until", chosen.submitted_to),
    )
    return (condition for condition in given if condition[2] is not None)


def _answer(rows: Sequence[Row], stems: int, most: int) -> Answer:
    is_cut = len(rows) >= most
    # The order is that of tokens, which are spread evenly: how far the answer got tells how much there is.
    share = (rows[-1]["place"] - FIRST_TOKEN + 1) / TOKENS if is_cut else 1.0
    return Answer([_candidate(row, stems) for row in rows], is_cut, len(rows) / share)


def _candidate(row: Row, stems: int) -> Candidate:
    return Candidate(
        VideoId(row["video_id"]),
        aware(row["submitted_at"]),
        row["length"],
        [row[f"w{number}"] or 0 for number in range(stems)],
    )
