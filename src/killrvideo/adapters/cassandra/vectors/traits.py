"""What a filter asks of a video, as it stands beside its vector."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.search.questions import conditions, numbered
from killrvideo.domain.ids import AccountId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video, tag_key


@dataclass(frozen=True, slots=True)
class Traits:
    category: str | None
    language: str | None
    uploader_id: AccountId
    submitted_at: datetime
    tags: frozenset[str]
    """Their keys."""

    @property
    def params(self) -> dict[str, Value]:
        return {
            "category": self.category,
            "language": self.language,
            "uploader_id": self.uploader_id,
            "submitted_at": self.submitted_at,
            "tags": self.tags,
        }

    def pass_(self, chosen: SearchFilter) -> bool:
        """Whether they pass the filter, its rating aside."""
        since, until = chosen.submitted_from, chosen.submitted_to
        return (
            (chosen.category is None or self.category == chosen.category)
            and (chosen.language is None or self.language == chosen.language)
            and (chosen.uploader_id is None or self.uploader_id == chosen.uploader_id)
            and (since is None or self.submitted_at >= since)
            and (until is None or self.submitted_at < until)
            and self.tags.issuperset(map(tag_key, chosen.tags))
        )


NONE: Mapping[str, Value] = dict.fromkeys(("category", "language", "uploader_id", "submitted_at", "tags"))
"""The parameters for a video that is not to be found."""


def traits_of(video: Video) -> Traits:
    return Traits(
        video.category,
        video.language,
        video.uploader_id,
        video.submitted_at,
        frozenset(map(tag_key, video.tags)),
    )


def traits_in(row: Row) -> Traits:
    return Traits(
        row["category"],
        row["language"],
        AccountId(row["uploader_id"]),
        aware(row["submitted_at"]),
        frozenset(row["tags"] or ()),
    )


def asked(chosen: SearchFilter) -> tuple[str, dict[str, Value]]:
    """The filter as CQL, from WHERE on, with its parameters; nothing where all pass."""
    given = list(conditions(chosen))
    keys = tuple(dict.fromkeys(map(tag_key, chosen.tags)))
    given += [(f"tags CONTAINS :{name}", name, key) for name, key in numbered("tag", keys)]
    if not given:
        return "", {}
    return f"WHERE {' AND '.join(cql for cql, _, _ in given)}", {name: value for _, name, value in given}
