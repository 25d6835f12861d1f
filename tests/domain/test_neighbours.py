"""What follows from neighbours for somebody with some signs of taste."""

from uuid import UUID

import pytest

from killrvideo.domain.ids import VideoId
from killrvideo.domain.neighbours import Neighbours, fold_in
from killrvideo.domain.taste import SIGNS_MOST, SIGNS_TO_HALF, Sign, weights_of


def video(number: int) -> VideoId:
    return VideoId(UUID(int=number))


A, B, C, D, E = map(video, range(1, 6))


def test_neighbours_come_back_from_bytes_the_strongest_first() -> None:
    kept = Neighbours.of({A: 0.25, B: -0.5, C: 0.125})
    assert len(kept) == 3
    assert kept.weights_by_id() == {B: -0.5, A: 0.25, C: 0.125}
    assert [found for found, _ in kept.pairs()] == [B.bytes, A.bytes, C.bytes]
    assert len(Neighbours.of({})) == 0


def test_each_sign_weighs_its_neighbours_and_the_weightiest_is_the_reason() -> None:
    lists = {A: Neighbours.of({C: 0.5, D: 0.25}), B: Neighbours.of({C: 0.25, D: 1.0})}
    found = fold_in({A: 1.0, B: 0.5}, lists, 10)
    assert [(one.video_id, one.worth, one.because_of) for one in found] == [(C, 0.625, A), (D, 0.75, B)][::-1]


def test_what_a_disliked_video_leads_to_sinks_and_is_not_shown_below_nothing() -> None:
    lists = {A: Neighbours.of({C: 0.5, D: 0.5}), B: Neighbours.of({C: 0.5, E: 0.5})}
    found = fold_in({A: 1.0, B: -0.5}, lists, 10)
    assert [(one.video_id, one.worth) for one in found] == [(D, 0.5), (C, 0.25)]


def test_that_one_dislikes_something_is_no_reason_for_anything_else() -> None:
    lists = {A: Neighbours.of({C: -0.5, D: -0.5}), B: Neighbours.of({D: 0.125})}
    found = fold_in({A: -1.0, B: 1.0}, lists, 10)
    assert [(one.video_id, one.worth, one.because_of) for one in found] == [(D, 0.625, B)]


def test_what_is_left_out_is_never_found_and_nobody_known_is_no_error() -> None:
    lists = {A: Neighbours.of({B: 1.0, C: 0.5, D: 0.25})}
    assert [one.video_id for one in fold_in({A: 1.0, E: 1.0}, lists, 1, but={B, E})] == [C]
    assert fold_in({}, lists, 10) == []


def test_late_signs_count_more_each_video_once_and_only_so_many() -> None:
    signs = [Sign(video(number), 1.0) for number in range(1, SIGNS_MOST + 50)]
    weights = weights_of([Sign(A, -0.5), *signs])
    assert weights[A] == -0.5
    assert weights[video(SIGNS_TO_HALF + 1)] == pytest.approx(0.5)
    assert len(weights) == SIGNS_MOST
