"""Which words are spelled nearly alike: one mistake apart, or two where a word is long.

A mistake is a letter too many, one that is missing or another one, or two neighbours that changed places
(the distance of Damerau and Levenshtein, in which no letter is touched twice).
"""

from string import ascii_lowercase

SHORTEST = 4
"""Letters of a word that may be misspelled: of shorter ones too many are one letter apart."""
LONGEST = 24
LONG = 8
"""Letters from which on two mistakes are believed."""


def can_be_misspelled(word: str) -> bool:
    """Numbers, and what is very short or long, are taken as they are."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def one_mistake_from(word: str) -> frozenset[str]:
    """All that the word may have been meant to be, of Latin letters and its own."""
    letters = sorted({*ascii_lowercase, *word})
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    without = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    changed = {left + letter + right[1:] for left, right in halves if right for letter in letters}
    longer = {left + letter + right for left, right in halves for letter in letters}
    return frozenset((without | swapped | changed | longer) - {word})


def mistakes(one: str, other: str) -> int:
    """How many lie between the two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [place]
        for column, opposite in enumerate(other, start=1):
            least = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != opposite))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == opposite:
                least = min(least, earlier[column - 2] + 1)
            row.append(least)
    return row[-1]
