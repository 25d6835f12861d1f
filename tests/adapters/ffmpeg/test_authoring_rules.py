"""What is served keeps every one of the authoring rules, whatever it was made of."""

import pytest

from tests.adapters.ffmpeg.authoring_rules import RULES
from tests.adapters.ffmpeg.films import Films
from tests.adapters.ffmpeg.served import Served
from tests.clips import Clips

FILMS = ("long", "ntsc", "upright", "sound_only", "silent", "late_pictures")


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("rule", RULES)
async def test_streams_keep_the_rule(film: str, rule: str, clips: Clips, films: Films) -> None:
    RULES[rule](Served(await films.of(getattr(clips, film)())))
