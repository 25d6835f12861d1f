"""Which models the values of answers are for."""

from killrvideo.adapters.language.embeddings import packaged
from killrvideo.domain.answers import cosines_count


def test_only_the_packaged_models_cosines_count() -> None:
    assert cosines_count(packaged.NAME)
    assert not cosines_count("intfloat/multilingual-e5-small@main")
