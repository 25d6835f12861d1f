"""Whether a text sends its reader to another place. What looks like an address counts as one."""

import re
from unicodedata import category, normalize

OF_FILES = """
cfg conf cql css csv html ini ipynb jar js json jsx log mjs onnx parquet proto sql toml ts tsx txt vue xml
yaml yml
"""
ENDINGS_OF_FILES = frozenset(OF_FILES.split())
"""No top-level domain is called so: ``node.js`` leads nowhere, ``setup.py`` may."""
DOTTED = re.compile(r"(?<=[^\W_])[.\u3002]([^\W\d_]{2,}|xn--[\w-]+)(?!\w)")
OTHER = re.compile(
    r"https?:|\S@\S"
    r"|//|[^\W\d_]/\S|\S/[^\W\d_]"  # A path; but 1/2 and 24/7 are none.
    r"|[^\W\d_]:\d{2,5}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b",  # A port, an address in numbers.
    re.IGNORECASE,
)


def points_elsewhere(text: str) -> bool:
    """Whether it has a name with a dot, a path with a slash, or another part of an address. It is looked at
    as it is shown: letters of other widths count as the plain ones, and invisible ones not at all.
    """
    shown = "".join(one for one in normalize("NFKC", text) if category(one) != "Cf")
    endings = (found[1].lower() for found in DOTTED.finditer(shown))
    return OTHER.search(shown) is not None or any(one not in ENDINGS_OF_FILES for one in endings)
