"""Sentences that differ only in who they are about."""

from collections.abc import Iterator

from training import identities


def groups() -> Iterator[list[str]]:
    """Each group should sound the same throughout."""
    for template in identities.ABOUT_A_PERSON:
        # Without capitals too: then only names that are known can be told.
        yield [template.format(name) for name in identities.NAMES]
        yield [template.format(name).lower() for name in identities.NAMES]
    for template in identities.ABOUT_A_COUNTRY:
        yield [template.format(country) for country in identities.COUNTRIES]
    for template in identities.ABOUT_A_NATIONALITY:
        yield [template.format(people) for people in identities.NATIONALITIES]
    for template in identities.WITH_PRONOUNS:
        yield [_sentence(template.format(*pronouns)) for pronouns in identities.PRONOUNS]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
