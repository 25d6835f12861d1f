"""What speaks for each sentence of the passages that were found for a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import fmean

from killrvideo.domain.answers import Candidate, Scale, Signs, Source, cosine
from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.passages import Passage
from killrvideo.domain.questions import Asked
from killrvideo.domain.sentences import sentences_of
from killrvideo.domain.words import WORD, words_of

Vector = Sequence[float]
FAR = 0.05
"""The least cosine that counts: a word that is not there at all shall not outweigh everything else."""


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
    compared: Mapping[str, Comparison]
    """Of `compared_texts_of` the sources, beside the question; none where they are not compared."""
    scale: Scale

    def candidates(self, source: Source) -> list[Candidate]:
        sentences = sentences_of(source.passage.text)
        around = self.asked.share_in({*words_around(source), *words_of(source.video.description or "")})
        # What was found by words alone is less near than all that was found by meaning.
        least = min(self.similarities.values(), default=0.0)
        passage = self.similarities.get(source.passage, least) if self.known else 0.0
        covered = self._covered(compared_texts_of(source))
        found = []
        for number, sentence in enumerate(sentences):
            near, alike = self._near(sentence), self.compared.get(sentence)
            pairs = (" ".join(sentences[at : at + 2]) for at in (number - 1, number) if at >= 0)
            signs = Signs(
                sentence=near,
                context=max(near, *map(self._near, pairs)),
                passage=passage,
                words=self.asked.share_in(words_of(sentence)),
                video=around,
                kind=self.asked.fits_kind(sentence),
                found=_mean(alike.found) if alike else 0.0,
                told=alike.told if alike else 0.0,
                around=covered,
            )
            vector = self.known.get(sentence, ())
            found.append(Candidate(sentence, source, signs, self.scale.evidence(signs), vector))
        return found

    def _covered(self, texts: Sequence[str]) -> float:
        """How near each telling word of the question is to some word of the texts."""
        alike = [self.compared[text].found for text in texts if text in self.compared]
        nearest = map(max, zip(*alike, strict=True))
        words = zip(WORD.findall(self.asked.question), nearest, strict=False)
        return _mean([log(max(near, FAR)) for word, near in words if word.lower() in self.asked.weights])

    def _near(self, text: str) -> float:
        return cosine(self.vector, self.known[text]) if text in self.known else 0.0


def texts_of(passage: Passage) -> list[str]:
    """Its sentences, and each with the one behind it."""
    sentences = sentences_of(passage.text)
    return [*sentences, *map(" ".join, pairwise(sentences))]


def compared_texts_of(source: Source) -> list[str]:
    """The title, and the sentences of the passage."""
    return [source.video.title, *sentences_of(source.passage.text)]


def _mean(numbers: Sequence[float]) -> float:
    return fmean(numbers) if numbers else 0.0


def words_around(source: Source) -> set[str]:
    """Of the passage, and of what its video is called and tagged."""
    return set(words_of(f"{source.video.title} {' '.join(source.video.tags)} {source.passage.text}"))
