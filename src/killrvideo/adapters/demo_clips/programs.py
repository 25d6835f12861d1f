"""Running the programs that clips are made with."""

from killrvideo.adapters.subprocesses import running


class ClipFailed(Exception):
    """A clip cannot be made; ``str`` is one sentence that says what is missing or went wrong."""


async def run(name: str, *command: str, text: str = "") -> None:
    """Runs a program to its end, with a text as its input. Raises ClipFailed."""
    try:
        async with running(*command) as started:
            await started.tell_all(text.encode())
            await started.output.read()
            if await started.process.wait() != 0:
                raise ClipFailed(f"{name} failed: {_last(started.complaints())}")
    except OSError as fault:
        raise ClipFailed(f"{name} cannot be run: {fault.strerror}: {command[0]}.") from None


def _last(complaints: str) -> str:
    return complaints.splitlines()[-1] if complaints else "it does not say why."
