"""Texts as models read them: sentence by sentence, in the lines in which they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from killrvideo.domain.sentences import sentences_of


@dataclass(frozen=True, slots=True)
class Divided:
    """Texts as the sentences of their lines."""

    texts: Sequence[Sequence[Sequence[str]]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Divided":
        return cls([[sentences_of(line) for line in text.split("\n")] for text in texts])

    @property
    def sentences(self) -> list[str]:
        return [sentence for text in self.texts for line in text for sentence in line]

    def put_together(self, sentences: Sequence[str]) -> list[str]:
        """The same lines of other sentences, which are as many."""
        following = iter(sentences)
        return [
            "\n".join(" ".join(islice(following, len(line))) for line in text).strip() for text in self.texts
        ]
