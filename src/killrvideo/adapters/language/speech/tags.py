"""How languages are called: by tags everywhere else, by a code of two or three letters in Whisper."""

CODES = {
    "cmn": "zh",
    "fil": "tl",
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jv": "jw",
    "nb": "no",
    "zho": "zh",
}
"""Where it is not what the tag begins with."""


def code_of(tag: str) -> str:
    first = tag.lower().partition("-")[0]
    return CODES.get(first, first)


def tag_of(code: str) -> str:
    return "jv" if code == "jw" else code
