"""The documents tell the truth: they are compared with what they describe."""

import re
from pathlib import Path

import pytest

from killrvideo.settings.reference import markdown

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
VERB = re.compile(r"`make ([a-z-]+)")


def test_every_setting_is_documented_as_it_is() -> None:
    written = (ROOT / "docs" / "settings.md").read_text("utf-8")

    assert written == markdown(), "Run: python -m killrvideo.settings.reference > docs/settings.md"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text("utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_verb_that_is_named_exists(document: Path) -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))

    assert set(VERB.findall(document.read_text("utf-8"))) <= verbs


def test_every_make_verb_has_a_sentence() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)

    assert phony is not None
    for verb in phony[1].split():
        assert re.search(rf"^{verb}:.*## \S.+\.$", makefile, flags=re.MULTILINE), verb
