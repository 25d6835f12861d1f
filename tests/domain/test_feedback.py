"""Looking a second time, for what is like the best that was found."""

from collections.abc import Sequence
from math import isclose
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.feedback import found_again, moved
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import Near

IDS = [VideoId(UUID(int=number)) for number in range(9)]

numbers = st.floats(-9, 9).map(lambda number: round(number, 3))
vectors = st.lists(numbers, min_size=4, max_size=4).filter(any)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = [sum(part * part for part in vector) ** 0.5 for vector in (one, other)]
    return sum(a * b for a, b in zip(one, other, strict=True)) / (lengths[0] * lengths[1])


@given(vector=vectors, other=vectors)
def test_a_vector_moves_halfway_however_long_the_other_is(vector: list[float], other: list[float]) -> None:
    between = moved(vector, [[7 * part for part in other]])
    if cosine(vector, other) > -0.99:
        assert isclose(cosine(between, vector), cosine(between, other), abs_tol=1e-9)


def test_nothing_to_move_to_leaves_it_where_it_is() -> None:
    assert moved([3.0, 4.0], []) == [3.0, 4.0]
    assert moved([3.0, 4.0], [[1.0, 2.0, 3.0]]) == [3.0, 4.0]


def test_a_second_look_finds_nothing_new_and_puts_nothing_above_what_it_found() -> None:
    first = [Near(IDS[1], 0.6), Near(IDS[2], 0.5), Near(IDS[3], 0.3)]
    second = [Near(IDS[2], 0.9), Near(IDS[8], 0.8), Near(IDS[3], 0.4)]
    again = {near.video_id.int: near.similarity for near in found_again(first, second)}
    assert again == {1: 0.4, 2: 0.9, 3: 0.4}
    assert found_again(first, []) == first
