"""Translation by Apertium: by a program that behaves like it, and by itself where it is installed."""

import shutil
import sys
from pathlib import Path

import pytest

from killrvideo.adapters.language.translation.apertium import PROGRAM, Apertium
from killrvideo.domain.errors import ModelUnavailable, TranslationUnavailable

STAND_IN = f"""#!{sys.executable}
import sys
if sys.argv[1:] == ["-l"]:
    print("  eng-spa\\n  en-ca\\n  spa-eng_US")
elif sys.argv[1:4] == ["-u", "-f", "txt"] and sys.argv[4] in ("eng-spa", "en-ca"):
    text = sys.stdin.read()
    if "break" in text:
        sys.exit("Something is broken.")
    print(text.upper(), end="")
else:
    sys.exit("No such mode.")
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    file = tmp_path / "apertium"
    file.write_text(STAND_IN)
    file.chmod(0o755)
    return str(file)


async def test_texts_come_back_one_by_one_with_their_lines(program: str) -> None:
    texts = ["It rains.\n\n  Nobody   comes. ", "", "Snow"]
    assert await Apertium(program).translate(texts, "en", "es") == ["IT RAINS.\n\nNOBODY COMES.", "", "SNOW"]


async def test_installed_pairs_are_known_by_their_tags(program: str) -> None:
    apertium = Apertium(program)
    assert await apertium.knows("en", "es")
    assert await apertium.knows("en-GB", "ca")
    assert not await apertium.knows("es", "en")
    with pytest.raises(TranslationUnavailable):
        await apertium.translate(["Lluvia"], "es", "en")


async def test_what_it_complains_of_is_a_failure(program: str) -> None:
    with pytest.raises(ModelUnavailable):
        await Apertium(program).translate(["break"], "en", "es")


async def test_where_it_is_not_installed_no_pair_is_known() -> None:
    assert not await Apertium("no-such-program-anywhere").knows("en", "es")


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="Apertium is not installed")
async def test_apertium_itself() -> None:
    apertium = Apertium()
    if not await apertium.knows("en", "es"):
        pytest.skip("Apertium is installed without English and Spanish")
    texts = ["The house is red.", "It rains\n\ntoday [not] <b>now</b>.", "^odd$ @text\\ *here"]
    one, two, three = await apertium.translate(texts, "en", "es")
    assert one == "La casa es roja."
    assert len(two.split("\n")) == 3
    assert "lueve" in two
    assert "\n" not in three
