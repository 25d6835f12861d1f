"""The way of a flag, and the words that go with it."""

from itertools import product

import pytest

from killrvideo.domain.errors import FlagResolved, FlagTransition, InvalidText
from killrvideo.domain.moderation import FlagStatus, check_transition, clean_words

OPEN, REVIEW, APPROVED, REJECTED = FlagStatus
ALLOWED = {(OPEN, REVIEW), (OPEN, APPROVED), (OPEN, REJECTED), (REVIEW, APPROVED), (REVIEW, REJECTED)}


@pytest.mark.parametrize(("now", "then"), list(product(FlagStatus, FlagStatus)))
def test_a_flag_goes_forward_only_and_its_end_is_final(now: FlagStatus, then: FlagStatus) -> None:
    if (now, then) in ALLOWED:
        check_transition(now, then)
        return
    with pytest.raises(FlagResolved if now in {APPROVED, REJECTED} else FlagTransition):
        check_transition(now, then)


def test_words_are_trimmed_absent_when_blank_and_bounded() -> None:
    assert clean_words("  Rude. ", 5, "/reason") == "Rude."
    assert clean_words(" \n", 5, "/reason") is None
    assert clean_words(None, 5, "/reason") is None
    with pytest.raises(InvalidText) as refused:
        clean_words("Ruder.", 5, "/reason")
    assert refused.value.pointer == "/reason"
