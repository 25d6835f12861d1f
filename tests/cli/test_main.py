"""The command line itself: its help, its version, and what it says of words that it does not know."""

import pytest

from killrvideo import __version__
from killrvideo.cli.main import COMMANDS, main


def run(*words: str) -> int:
    """The exit code."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"killrvideo {__version__}\n"


def test_the_help_has_a_sentence_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    printed = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for name, command in COMMANDS.items():
        sentence = (command.__doc__ or "").split(".")[0]
        assert f"{name} {sentence}." in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name, "-h") == 0
    assert f"Usage: killrvideo {name} " in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("sevre",), id="no such command"),
        pytest.param(("serve", "--prot", "1"), id="no such option"),
        pytest.param(("serve", "--port", "65536"), id="no such port"),
        pytest.param(("serve", "--port", "http"), id="no number"),
        pytest.param(("import",), id="an argument is missing"),
        pytest.param(("grant", "ada@example.org"), id="a second argument is missing"),
    ],
)
def test_a_command_line_that_is_wrong_is_exit_code_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Usage: killrvideo" in captured.err


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "set-password" in "".join(capsys.readouterr())


def test_what_is_neither_a_role_nor_a_scope_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("grant", "ada@example.org", "king") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("killrvideo: 'king' is neither a role nor a scope; there are: viewer, creator")
