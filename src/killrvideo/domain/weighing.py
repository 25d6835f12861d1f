"""What speaks for each sentence of the passages that were found for a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from killrvideo.domain.answers import Candidate, Scale, Signs, Source, cosine
from killrvideo.domain.passages import Passage
from killrvideo.domain.questions import Asked
from killrvideo.domain.sentences import sentences_of
from killrvideo.domain.words import words_of

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the sentences of passages as answers to one question."""

    asked: Asked
    vector: Vector
    """The question's."""
    similarities: Mapping[Passage, float]
    """Cosines of the question and of passages that were found by meaning."""
    known: Mapping[str, Vector]
    """Vectors of `texts_of` the passages; none where no model answers."""
    scale: Scale

    def candidates(self, source: Source) -> list[Candidate]:
        sentences = sentences_of(source.passage.text)
        around = self.asked.share_in({*words_around(source), *words_of(source.video.description or "")})
        # What was found by words alone is less near than all that was found by meaning.
        least = min(self.similarities.values(), default=0.0)
        passage = self.similarities.get(source.passage, least) if self.known else 0.0
        found = []
        for number, sentence in enumerate(sentences):
            near = self._near(sentence)
            pairs = (" ".join(sentences[at : at + 2]) for at in (number - 1, number) if at >= 0)
            signs = Signs(
                sentence=near,
                context=max(near, *map(self._near, pairs)),
                passage=passage,
                words=self.asked.share_in(words_of(sentence)),
                video=around,
                kind=self.asked.fits_kind(sentence),
            )
            vector = self.known.get(sentence, ())
            found.append(Candidate(sentence, source, signs, self.scale.evidence(signs), vector))
        return found

    def _near(self, text: str) -> float:
        return cosine(self.vector, self.known[text]) if text in self.known else 0.0


def texts_of(passage: Passage) -> list[str]:
    """Its sentences, and each with the one behind it."""
    sentences = sentences_of(passage.text)
    return [*sentences, *map(" ".join, pairwise(sentences))]


def words_around(source: Source) -> set[str]:
    """Of the passage, and of what its video is called and tagged."""
    return set(words_of(f"{source.video.title} {' '.join(source.video.tags)} {source.passage.text}"))
