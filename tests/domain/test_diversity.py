"""Lists that are not all of one kind."""

from uuid import UUID

import pytest

from killrvideo.domain.diversity import Kind, diversified

MAKER = UUID(int=1)


def kind(*tags: str, maker: UUID | None = None) -> Kind:
    return Kind(frozenset(tags), maker)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (kind("a", "b"), kind("b", "a"), 1.0),
        (kind("a", "b"), kind("b", "c"), 1 / 3),
        (kind("a"), kind("b"), 0.0),
        (kind(), kind(), 0.0),
        (kind("a", maker=MAKER), kind("b", maker=MAKER), 0.5),
        (kind("a", maker=MAKER), kind("a", maker=MAKER), 1.0),
        (kind("a", maker=MAKER), kind("b", maker=UUID(int=2)), 0.0),
    ],
)
def test_more_of_the_same_is_what_shares_tags_or_a_maker(one: Kind, other: Kind, expected: float) -> None:
    assert one.likeness(other) == other.likeness(one) == pytest.approx(expected)


KINDS = {"jazz 1": kind("jazz"), "jazz 2": kind("jazz"), "jazz 3": kind("jazz"), "rock": kind("rock")}
WORTHS = {"jazz 1": 1.0, "jazz 2": 0.95, "jazz 3": 0.94, "rock": 0.9}


def order(relevance: float) -> list[str]:
    return diversified(list(KINDS), WORTHS.__getitem__, KINDS.__getitem__, relevance=relevance)


def test_what_is_nearly_as_good_and_of_another_kind_moves_up() -> None:
    assert order(0.8) == ["jazz 1", "rock", "jazz 2", "jazz 3"]


def test_what_is_much_better_stays_and_with_relevance_alone_everything_does() -> None:
    assert order(1.0) == list(KINDS)
    assert order(0.99) == list(KINDS)


def test_a_list_of_one_kind_keeps_its_order() -> None:
    alike = [("a", 0.5), ("b", 0.5), ("c", 0.25)]
    assert diversified(alike, lambda one: one[1], lambda _: kind("x")) == alike
    assert diversified([], lambda _: 1.0, lambda _: kind()) == []
