"""The mark of a house as JSON, as every back end keeps it: one value that is read and replaced as a whole."""

from pydantic import TypeAdapter

from killrvideo.domain.housekeeping import HouseMark

MARK = TypeAdapter(HouseMark)


def mark_text(mark: HouseMark) -> str:
    return MARK.dump_json(mark).decode()


def read_mark(text: str) -> HouseMark:
    return MARK.validate_json(text)
