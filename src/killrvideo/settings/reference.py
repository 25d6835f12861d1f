"""Every setting in words: ``python -m killrvideo.settings.reference > docs/settings.md``."""

import sys
from collections.abc import Iterator
from typing import Any

from killrvideo.settings.model import PREFIX, Settings

INTRODUCTION = f"""\
# Settings

Each is an environment variable with the prefix `{PREFIX}`, or a line `NAME=value` in a file `.env` in the
working directory; the environment wins. Options of the command (`--port`, `--data-dir`) win over both. Lists
are written with commas between, quotas as `requests/seconds`. This page is written by
`python -m killrvideo.settings.reference`.
"""


def markdown() -> str:
    return INTRODUCTION + "".join(_entries())


def _entries() -> Iterator[str]:
    own = Settings.__annotations__
    for name, field in sorted(Settings.model_fields.items(), key=lambda entry: entry[0] not in own):
        yield f"\n## {PREFIX}{name.upper()}\n\n{field.description}\n\nDefault: {_spelled(field.default)}\n"


def _spelled(default: Any) -> str:
    """As one would write it in the environment."""
    if default in (None, ()):
        return "none"
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    if isinstance(default, tuple) and type(default) is tuple:
        return f"`{','.join(str(part) for part in default)}`"
    return f"`{default}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
